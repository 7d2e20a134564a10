"""What an answer may be, which questions are asked, and what is missing before a submission. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from marketplace.grants.rules.questions import (
    AMOUNTS,
    LARGEST,
    LONGEST,
    MOST_FILES,
    TEXTS,
    Form,
    Problem,
    Question,
    Value,
    answers_to_choose,
)
from marketplace.programmes.rules.words import N_


def read_answer(question: Question, typed: Sequence[str]) -> Value:
    """What was typed or ticked, as it is kept: None for nothing. Raises Problem with a sentence for the person.

    Shape and upper limits are asked of a draft too; whether an answer is there and long enough only at submission.
    """
    words = [each.strip() for each in typed if each.strip()]
    if not words or question.kind == "file":
        return None
    if question.kind in TEXTS:
        return _text(question, words[0])
    if question.kind in AMOUNTS:
        return _amount(question, words[0])
    if question.kind == "date":
        return _day(words[0])
    allowed = answers_to_choose(question)
    if not set(words) <= set(allowed):
        raise Problem(N_("보기 가운데에서 고르세요."), {})
    if question.kind != "multi":
        return words[0]
    chosen = [code for code in allowed if code in words]
    if question.most is not None and len(chosen) > question.most:
        raise Problem(N_("%(most)s개까지 고를 수 있습니다."), {"most": question.most})
    return chosen


def _text(question: Question, words: str) -> str:
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|[\ud800-\udfff]", words):
        raise Problem(N_("보이지 않는 제어 문자가 들어 있습니다. 지우고 다시 입력하세요."), {})
    # A browser sends a line's end as two characters; what the person counts is one.
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    most = min(question.most or LARGEST, LONGEST[question.kind])
    if len(words) > most:
        raise Problem(
            N_("%(most)s자까지 적을 수 있습니다. 지금 %(now)s자입니다."),
            {"most": f"{most:,}", "now": f"{len(words):,}"},
        )
    return words


def _amount(question: Question, words: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})*|[0-9]{1,16}", words):
        raise Problem(N_("숫자로만 입력하세요. 예: 12,000,000"), {})
    number = int(words.replace(",", ""))
    low, high = question.least or 0, LARGEST if question.most is None else question.most
    if not low <= number <= high:
        raise Problem(N_("%(low)s 이상 %(high)s 이하로 입력하세요."), {"low": f"{low:,}", "high": f"{high:,}"})
    return number


def _day(words: str) -> str:
    try:
        day = date.fromisoformat(words) if re.fullmatch(r"\d{4}-\d\d-\d\d", words) else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2100:
        raise Problem(N_("날짜를 고르세요. 예: 2020-08-31"), {})
    return day.isoformat()


def is_shown(question: Question, form: Form, answers: Mapping[str, Value]) -> bool:
    """Whether the question is asked, given the other answers. One that hangs on a hidden question is hidden too."""
    when = question.shown_when
    if when is None:
        return True
    asked = form.find(when.question)
    if asked is None or not is_shown(asked, form, answers):
        return False
    answer = answers.get(when.question)
    return when.value in answer if isinstance(answer, list) else answer == when.value


def missing(form: Form, answers: Mapping[str, Value], files: Mapping[str, int]) -> dict[str, Problem]:
    """Question -> what keeps the application from being submitted. `files` counts those attached to each question."""
    found: dict[str, Problem] = {}
    for question in form.questions():
        if is_shown(question, form, answers):
            problem = _lacks(question, answers.get(question.code), files.get(question.code, 0))
            if problem is not None:
                found[question.code] = problem
    return found


def _lacks(question: Question, answer: Value, files: int) -> Problem | None:
    least = question.least or (1 if question.required else 0)
    if question.kind == "file":
        most = min(question.most or MOST_FILES, MOST_FILES)
        if files < least and (files or question.required):
            return Problem(N_("파일을 %(least)s개 이상 붙이세요."), {"least": least})
        return Problem(N_("파일은 %(most)s개까지 붙일 수 있습니다."), {"most": most}) if files > most else None
    if answer is None or answer == [] or answer == "":
        return Problem(N_("답해야 제출할 수 있습니다."), {}) if question.required else None
    if question.kind in TEXTS and len(str(answer)) < least:
        return Problem(N_("%(least)s자 이상 적어야 합니다."), {"least": least})
    if question.kind == "multi" and isinstance(answer, list) and len(answer) < least:
        return Problem(N_("%(least)s개 이상 고르세요."), {"least": least})
    return _outgrown(question, answer)


def _outgrown(question: Question, answer: Value) -> Problem | None:
    """An answer that was good under an earlier version of the call may not be so under this one."""
    typed = [str(each) for each in answer] if isinstance(answer, list) else [str(answer)]
    try:
        read_answer(question, typed)
    except Problem as problem:
        return problem
    return None


def answered(form: Form, answers: Mapping[str, Value]) -> dict[str, Value]:
    """The answers that count: of questions that are shown, in the form's order. Others are kept, but not submitted."""
    return {
        question.code: answers[question.code]
        for question in form.questions()
        if answers.get(question.code) is not None and is_shown(question, form, answers)
    }
