"""Who paid in, and under which number of the bank."""

import re
import unicodedata

_FORMS = re.compile(r"주식회사|유한회사|\(주\)|\(유\)|㈜|co\.?,?ltd\.?|inc\.?")


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s.,·-]", "", _FORMS.sub("", "".join(text.split())))


def same_depositor(depositor: str, *names: str | None) -> bool:
    """Whether the depositor is one of the firm's names: without spaces, case and legal form.

    Banks cut long names short, so a beginning of at least four letters counts.
    """
    typed = _plain(depositor)
    known = [_plain(name) for name in names if name]
    return any(typed == name or (len(typed) >= 4 and name.startswith(typed)) for name in known)


def normal_reference(typed: str) -> str:
    """A bank reference as kept: NFKC, upper case, without spaces, so that one transfer has one spelling."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).upper()


def account_holders(
    name: str, name_en: str | None, representative: str, business_number: str | None
) -> tuple[str | None, ...]:
    """Under which names a firm may hold an account: its own, and its representative's where firm and person are one.

    The fourth and fifth digit of a business number say so: 01 to 79 and 90 to 99 are natural persons (국세청 사업자등록번호
    체계); a pre-founder has no number yet.
    """
    middle = int(business_number[3:5]) if business_number else 1
    return (name, name_en, representative if 1 <= middle <= 79 or middle >= 90 else None)
