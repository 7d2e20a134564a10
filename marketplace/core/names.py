"""When two people of one name are taken to be one person."""

import unicodedata


def same_name(one: str, other: str) -> bool:
    """Whether two names are one name: NFKC, without spaces, without case."""

    def folded(name: str) -> str:
        return "".join(unicodedata.normalize("NFKC", name).split()).casefold()

    return folded(one) == folded(other)
