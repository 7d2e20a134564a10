"""How words are prepared, both when they are put in and when they are looked for: the two must agree."""

import re
import unicodedata

LONGEST_BODY = 8000
LONGEST_QUERY = 100


def plain(words: str) -> str:
    """Words as they are compared: width and case folded, composed Hangul, single spaces, no control characters."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return re.sub(r"[\s\x00-\x1f]+", " ", folded).strip()


def unspaced(words: str) -> str:
    """The same without spaces and punctuation: Korean is spaced in many ways, '유동 인구' and '유동인구' meet here."""
    return re.sub(r"[\W_]+", "", plain(words))


def body_of(title: str, text: str) -> str:
    """What is searched: the title first, then the text, then both without spaces."""
    whole = plain(f"{title} {text}")[:LONGEST_BODY]
    return f"{whole}\n{unspaced(title)} {unspaced(text)[:LONGEST_BODY]}"
