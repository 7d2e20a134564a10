"""What is Korean about Korea: business numbers, regions, working days, particles."""

import re
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

REGIONS = {
    "11": ("서울", "Seoul"),
    "26": ("부산", "Busan"),
    "27": ("대구", "Daegu"),
    "28": ("인천", "Incheon"),
    "29": ("광주", "Gwangju"),
    "30": ("대전", "Daejeon"),
    "31": ("울산", "Ulsan"),
    "36": ("세종", "Sejong"),
    "41": ("경기", "Gyeonggi"),
    "43": ("충북", "Chungbuk"),
    "44": ("충남", "Chungnam"),
    "46": ("전남", "Jeonnam"),
    "47": ("경북", "Gyeongbuk"),
    "48": ("경남", "Gyeongnam"),
    "50": ("제주", "Jeju"),
    "51": ("강원", "Gangwon"),
    "52": ("전북", "Jeonbuk"),
}
CAPITAL_REGION = frozenset({"11", "28", "41"})
"""수도권: Seoul, Incheon, Gyeonggi. Everything else counts as regional."""

_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def business_number_check_digit(nine: str) -> int:
    """The tenth digit of a business number from its first nine (National Tax Service rule)."""
    digits = [int(character) for character in nine]
    total = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) + digits[8] * 5 // 10
    return (10 - total % 10) % 10


def normal_business_number(typed: str) -> str:
    """Ten digits from what a person typed, with or without hyphens; '' where that is no valid business number.

    All zeros pass the sum and are refused, as is a tax office code below 101.
    """
    number = re.sub(r"[\s-]", "", typed)
    if not re.fullmatch(r"[0-9]{10}", number) or int(number[:3]) < 101:
        return ""
    return number if business_number_check_digit(number[:9]) == int(number[9]) else ""


def written_business_number(number: str | None) -> str:
    """XXX-XX-XXXXX, or an en dash."""
    return f"{number[:3]}-{number[3:5]}-{number[5:]}" if number else "–"


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("KR", years=year))


def is_working_day(day: date) -> bool:
    """Whether offices are open: no weekend, no public or substitute holiday."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def next_working_day(day: date) -> date:
    """`day` itself when offices are open, else the next day they are."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


_PAIRS = {
    "은/는": ("은", "는"),
    "이/가": ("이", "가"),
    "을/를": ("을", "를"),
    "과/와": ("과", "와"),
    "으로/로": ("으로", "로"),
}
_DIGIT_FINALS = {"0": 21, "1": 8, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": 8, "8": 8, "9": 0}
_RIEUL = 8


def _final(word: str) -> int | None:
    """The index of the last syllable's final consonant, 0 for none, None where it cannot be known (Latin)."""
    for character in reversed(word):
        if "가" <= character <= "힣":
            return (ord(character) - ord("가")) % 28
        if character in _DIGIT_FINALS:
            return _DIGIT_FINALS[character]
        if character.isalpha():
            return None
    return None


def josa(word: object, pair: str) -> str:
    """`word` with the fitting particle: `"주문"|josa("을/를")` is 주문을. Latin words get both spellings."""
    text = str(word)
    closed, open_ = _PAIRS[pair]
    final = _final(text)
    if final is None:
        return f"{text}{'(으)로' if pair == '으로/로' else f'{closed}({open_})'}"
    takes_open = final == 0 or (pair == "으로/로" and final == _RIEUL)
    return text + (open_ if takes_open else closed)
