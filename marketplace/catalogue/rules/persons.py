"""Personal data in texts: found and hidden before anybody sees it. Pure.

Found: resident registration numbers, mobile phones, e-mail addresses, payment cards, bank accounts, and names in columns
that say so. A business number is not personal and stays. Where it is doubtful, it is hidden: one in ten other numbers of
sixteen digits passes a card's check and is hidden too.
"""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date

from marketplace.catalogue.rules.tables import N_

KINDS = {
    "resident": N_("주민등록번호"),
    "phone": N_("휴대전화 번호"),
    "email": N_("이메일 주소"),
    "card": N_("카드 번호"),
    "account": N_("계좌번호"),
    "name": N_("사람 이름"),
}
RESIDENT = re.compile(r"(?<!\d)(\d{6})([- ]?)([1-8]\d{6})(?!\d)")
PHONE = re.compile(r"(?<![\d-])(?:\+?82[- ]?)?0?1[016789][-. )]{0,2}\d{3,4}[-. ]?\d{4}(?![\d-])")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}")
CARD = re.compile(r"(?<![\d.-])(?:[2-69]\d{3}([ -]?)\d{4}\1\d{4}\1\d{4}|3[47]\d{2}([ -]?)\d{6}\2\d{5})(?![\d.-])")
ACCOUNT = re.compile(r"(?<!\d)\d(?:-?\d){9,15}(?!\d)")
BANK = re.compile(
    r"(?:국민|신한|우리|하나|농협|기업|수협|제일|씨티|부산|대구|경남|광주|전북|제주|산업|카카오|토스|케이)(?:은행|뱅크)|"
    r"농협|새마을금고|우체국|신협"
)
ABOUT = {
    "account": re.compile(r"계좌|통장|account ?(?:no|num)|acct|bank_?account", re.I),
    "name": re.compile(r"^(?:성명|이름|고객명|회원명|환자명|신청인|예금주|full ?name|customer_?name)$", re.I),
    "phone": re.compile(r"휴대|핸드폰|연락처|전화|mobile|phone|cell", re.I),
    "firm": re.compile(r"법인|사업자|corporat|business", re.I),
}
"""What a column's name says of its cells."""
KOREAN_NAME = re.compile(r"^[가-힣]{2,4}$")
BUSINESS = re.compile(r"^\d{3}-\d{2}-\d{5}$")
WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def is_resident_number(digits: str) -> bool:
    """Thirteen digits whose last checks the others: 11 for citizens, 13 for foreigners (seventh digit 5 to 8)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:12], WEIGHTS, strict=True))
    return (11 + (2 if digits[6] in "5678" else 0) - total % 11) % 10 == int(digits[12])


def passes_luhn(digits: str) -> bool:
    """The check of payment cards."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1


def _born(six: str, seventh: str) -> bool:
    century = {"1": 1900, "2": 1900, "5": 1900, "6": 1900}.get(seventh, 2000)
    try:
        return date(century + int(six[:2]), int(six[2:4]), int(six[4:])) <= date.today()  # noqa: DTZ011 - a birthday
    except ValueError:
        return False


class Hider:
    """Hides what is personal in the cells of one column; `found` counts the cells by kind."""

    def __init__(self, column: str) -> None:
        self.found: Counter[str] = Counter()
        self.about = {name for name, words in ABOUT.items() if words.search(column)}

    def hide(self, text: str) -> str:
        """The cell as anybody may see it."""
        if len(text) < 2:
            return text
        if "name" in self.about and KOREAN_NAME.match(text):
            self.found["name"] += 1
            return text[0] + "*" * (len(text) - 1)
        before = text
        if "@" in text:
            text = self._each("email", EMAIL, text, _hidden_email)
        if sum(map(str.isdigit, text)) >= 9:
            text = self._numbers(text)
        return text if text != before else before

    def _numbers(self, text: str) -> str:
        text = self._each("resident", RESIDENT, text, self._hidden_resident)
        text = self._each("card", CARD, text, _hidden_card)
        text = self._each("phone", PHONE, text, self._hidden_phone)
        if "account" in self.about or BANK.search(text):
            text = self._each("account", ACCOUNT, text, _hidden_account)
        return text

    def _each(self, kind: str, pattern: re.Pattern[str], text: str, hidden: Callable[[re.Match[str]], str]) -> str:
        changed = pattern.sub(hidden, text)
        if changed != text:
            self.found[kind] += 1
        return changed

    def _hidden_resident(self, found: re.Match[str]) -> str:
        """With a valid check digit in any spelling. With a hyphen also without: numbers given since October 2020 have
        no check digit; only a column of corporate numbers, which look the same, is let alone."""
        digits = found[1] + found[3]
        sure = is_resident_number(digits)
        if not _born(found[1], found[3][0]) or not (sure or (found[2] and "firm" not in self.about)):
            return found[0]
        return f"{found[1]}{found[2] or '-'}{found[3][0]}******"

    def _hidden_phone(self, found: re.Match[str]) -> str:
        """Ten digits that only lost their zero count where the column speaks of phones."""
        digits = re.sub(r"\D", "", found[0])
        bare = found[0].isdigit() and not digits.startswith("01")
        if bare and "phone" not in self.about and not digits.startswith("82"):
            return found[0]
        return f"{found[0][:3]}-****-{digits[-4:]}"


def _hidden_email(found: re.Match[str]) -> str:
    who, _at, where = found[0].partition("@")
    return f"{who[0]}***@{where}"


def _hidden_card(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return f"****-****-****-{digits[-4:]}" if passes_luhn(digits) else found[0]


def _hidden_account(found: re.Match[str]) -> str:
    if BUSINESS.match(found[0]):
        return found[0]
    return re.sub(r"\d", "*", found[0][:-3]) + found[0][-3:]


def hidden(text: str) -> str:
    """A free text without what is personal in it."""
    return Hider("").hide(text)
