"""Letters: folded, taken apart into jamo, reduced to initial consonants, typed on the wrong keyboard. Pure."""

import re
import unicodedata
from itertools import accumulate

LONGEST_QUERY = 500
LONGEST_TITLE = 400
LONGEST_TEXT = 8000
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
FIRST, LAST = 0xAC00, 0xD7A3
PAIRS = {
    "ㅗㅏ": "ㅘ",
    "ㅗㅐ": "ㅙ",
    "ㅗㅣ": "ㅚ",
    "ㅜㅓ": "ㅝ",
    "ㅜㅔ": "ㅞ",
    "ㅜㅣ": "ㅟ",
    "ㅡㅣ": "ㅢ",
    "ㄱㅅ": "ㄳ",
    "ㄴㅈ": "ㄵ",
    "ㄴㅎ": "ㄶ",
    "ㄹㄱ": "ㄺ",
    "ㄹㅁ": "ㄻ",
    "ㄹㅂ": "ㄼ",
    "ㄹㅅ": "ㄽ",
    "ㄹㅌ": "ㄾ",
    "ㄹㅍ": "ㄿ",
    "ㄹㅎ": "ㅀ",
    "ㅂㅅ": "ㅄ",
}
"""Two keys that make one vowel or one final consonant."""
PARTS = {whole: pair for pair, whole in PAIRS.items()}
KEYS = dict(
    zip(
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        strict=True,
    )
)
"""The Korean keyboard with two sets of keys."""
RUN = re.compile(r"[가-힣]+|[a-z]+|[0-9]+|[ㄱ-ㅣ]+|[^\W_]+")
"""A run of one script; bigrams do not cross from one to the next."""


def plain(words: str) -> str:
    """Words as they are compared: width and case folded, composed Hangul, single spaces, no control characters."""
    folded = unicodedata.normalize("NFKC", words.replace("\0", " ")).casefold()
    # Compatibility folding turns a lone ㄱ into a conjoining jamo; 초성 are looked for as they are typed.
    folded = "".join(_typed(letter) for letter in folded)
    return re.sub(r"[\s\x00-\x1f\x7f\ud800-\udfff]+", " ", folded).strip()


def _typed(letter: str) -> str:
    code = ord(letter)
    if 0x1100 <= code <= 0x1112:
        return INITIALS[code - 0x1100]
    return VOWELS[code - 0x1161] if 0x1161 <= code <= 0x1175 else letter


def unspaced(words: str) -> str:
    """The same without spaces and punctuation: Korean is spaced in many ways, '유동 인구' and '유동인구' meet here."""
    return re.sub(r"[\W_]+", "", plain(words))


def bigrams(words: str) -> list[str]:
    """Pairs of syllables across spaces; Latin words and numbers whole. '유동 인구 csv' → 유동 동인 인구 csv."""
    found: list[str] = []
    for run in RUN.findall(re.sub(r"(?<=[가-힣])[\W_]+(?=[가-힣])", "", plain(words))):
        if "가" <= run[0] <= "힣" and len(run) > 1:
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(run)
    return found


def jamo(words: str) -> str:
    """Letters in the order of typing, without spaces; double vowels and finals as the keys that make them."""
    letters = []
    for letter in unspaced(words):
        code = ord(letter)
        if FIRST <= code <= LAST:
            rest = code - FIRST
            parts = (INITIALS[rest // 588], VOWELS[rest % 588 // 28], FINALS[rest % 28])
            letters += [PARTS.get(part, part) for part in parts]
        else:
            letters.append(letter)
    return "".join(letters)


def jamo_trigrams(words: str) -> list[str]:
    """Three letters at a time: what one wrong key leaves alike."""
    letters = jamo(words)
    if len(letters) < 3:
        return [letters] if letters else []
    return [letters[at : at + 3] for at in range(len(letters) - 2)]


def letters_off(word: str, text: str) -> int:
    """By how many letters a word differs from the stretch of a text that is likest to it: 0 where the text has it."""
    wanted, letters = jamo(word), jamo(text)
    before = [0] * (len(letters) + 1)
    for number, letter in enumerate(wanted, 1):
        row = [number]
        for at, other in enumerate(letters, 1):
            row.append(min(before[at] + 1, row[-1] + 1, before[at - 1] + (letter != other)))
        before = row
    return min(before)


def initials(words: str) -> str:
    """The initial consonants of Hangul, other letters as they are: '반려동물 AI' → ㅂㄹㄷㅁai."""
    return "".join(
        INITIALS[(ord(letter) - FIRST) // 588] if FIRST <= ord(letter) <= LAST else letter for letter in unspaced(words)
    )


def begins_with(spelt: str, words: str) -> bool:
    """Whether 초성 begin at a word: ㅌㅎ is 특허 번역, and not 데이터 활용."""
    parts = [initials(word) for word in re.findall(r"[^\W_]+", plain(words))]
    whole, starts = "".join(parts), [0, *accumulate(len(part) for part in parts)]
    return any(whole.startswith(spelt, at) for at in starts)


def is_initials(word: str) -> bool:
    """Whether a word is nothing but initial consonants, at least two."""
    return len(word) >= 2 and all(letter in INITIALS for letter in word)


def pairs(letters: str) -> list[str]:
    """Every two neighbouring letters."""
    return [letters[at : at + 2] for at in range(len(letters) - 1)]


def from_keyboard(words: str) -> str | None:
    """What Latin letters would have been on a Korean keyboard ('dbehddlsrn' → 유동인구), or None where that is no Hangul."""
    decoded = [_decoded(word) if re.fullmatch(r"[A-Za-z]+", word) else word for word in words.split()]
    if not decoded or any(word is None for word in decoded):
        return None
    text = " ".join(word for word in decoded if word)
    return text if re.search("[가-힣]", text) else None


def _decoded(word: str) -> str | None:
    letters = [KEYS.get(key) or KEYS.get(key.lower()) or "" for key in word]
    out, at = [], 0
    while at < len(letters):
        if letters[at] not in INITIALS or at + 1 >= len(letters) or letters[at + 1] not in VOWELS:
            return None
        first, vowel = letters[at], letters[at + 1]
        at += 2
        if at < len(letters) and vowel + letters[at] in PAIRS and letters[at] in VOWELS:
            vowel, at = PAIRS[vowel + letters[at]], at + 1
        final = ""
        if at < len(letters) and letters[at] in FINALS and not _vowel_at(letters, at + 1):
            final, at = letters[at], at + 1
            if at < len(letters) and final + letters[at] in PAIRS and not _vowel_at(letters, at + 1):
                final, at = PAIRS[final + letters[at]], at + 1
        out.append(chr(FIRST + INITIALS.index(first) * 588 + VOWELS.index(vowel) * 28 + FINALS.index(final)))
    return "".join(out)


def _vowel_at(letters: list[str], at: int) -> bool:
    return at < len(letters) and letters[at] in VOWELS
