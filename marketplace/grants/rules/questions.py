"""The form of a call: sections of questions, read from and written as JSON; what an answer may be, and what is missing.

A call's form is one document, so that a version of it has one hash, two versions can be compared, and what was asked can
never drift apart from what was answered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from marketplace.programmes.rules.words import N_

KINDS = {
    "short": N_("한 줄 글"),
    "long": N_("여러 줄 글"),
    "number": N_("숫자"),
    "money": N_("금액(원)"),
    "date": N_("날짜"),
    "yes_no": N_("예/아니오"),
    "choice": N_("하나 고르기"),
    "multi": N_("여럿 고르기"),
    "file": N_("파일"),
}
"""What a question may ask for."""
TEXTS, AMOUNTS, LISTS = ("short", "long"), ("number", "money"), ("choice", "multi")
LONGEST = {"short": 300, "long": 20_000}
LARGEST = 10**15
MOST_FILES, MOST_QUESTIONS, MOST_SECTIONS, MOST_CHOICES = 10, 120, 20, 30
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
PROJECT = "project"
"""The code of the part that every application has: project, supplier, money. No section of a form may be called so."""

Value = str | int | list[str] | None


@dataclass(eq=False)
class Problem(Exception):
    """What is wrong with an answer or a form: a message id and what stands in its gaps."""

    words: str
    values: Mapping[str, Any]
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer that may be chosen; the code is what is kept."""

    code: str
    label: str
    label_en: str = ""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Shown only while the question `question` is answered with `value` (a choice's code, or 'yes'/'no')."""

    question: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. `least` and `most` are letters of a text, the size of a number, how many to choose or to attach."""

    code: str
    kind: str
    label: str
    label_en: str = ""
    hint: str = ""
    required: bool = False
    least: int | None = None
    most: int | None = None
    choices: tuple[Choice, ...] = ()
    shown_when: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the form with a name of its own; rights and fix requests name sections."""

    code: str
    title: str
    title_en: str = ""
    hint: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Form:
    """Everything a call asks beside project, supplier and money."""

    sections: tuple[Section, ...] = ()

    def questions(self) -> list[Question]:
        """All questions in their order."""
        return [question for section in self.sections for question in section.questions]

    def find(self, code: str) -> Question | None:
        return next((question for question in self.questions() if question.code == code), None)

    def section(self, code: str) -> Section | None:
        return next((section for section in self.sections if section.code == code), None)

    def section_of(self, question: str) -> str:
        """The code of the section that asks `question`, or ''."""
        return next((each.code for each in self.sections if any(q.code == question for q in each.questions)), "")

    @property
    def files(self) -> list[Question]:
        """The documents that are asked for."""
        return [question for question in self.questions() if question.kind == "file"]


def read_form(document: Mapping[str, Any]) -> Form:
    """A form from its JSON. Raises Problem where it says something that no form of ours can."""
    sections = tuple(
        Section(**{**section, "questions": tuple(_question(each) for each in section.get("questions", ()))})
        for section in document.get("sections", ())
    )
    form = Form(sections)
    check_form(form)
    return form


def _question(said: Mapping[str, Any]) -> Question:
    when = said.get("shown_when")
    choices = tuple(Choice(**each) for each in said.get("choices", ()))
    return Question(**{**said, "choices": choices, "shown_when": Condition(**when) if when else None})


def written(form: Form) -> dict[str, Any]:
    """The form as JSON: lists for tuples, nothing left out."""
    document = {"sections": [asdict(section) for section in form.sections]}
    for section in document["sections"]:
        section["questions"] = [{**question, "choices": list(question["choices"])} for question in section["questions"]]
    return document


def check_form(form: Form) -> None:
    """Codes are unique, conditions look back at a question that is answered by choosing, limits leave room."""
    if len(form.sections) > MOST_SECTIONS or len(form.questions()) > MOST_QUESTIONS:
        raise Problem(
            N_("구역은 %(sections)s개, 문항은 %(questions)s개까지 만들 수 있습니다."),
            {"sections": MOST_SECTIONS, "questions": MOST_QUESTIONS},
        )
    codes = [section.code for section in form.sections]
    codes += [question.code for question in form.questions()]
    if len(set(codes)) < len(codes) or PROJECT in codes or not all(CODE.match(code) for code in codes):
        raise Problem(N_("구역과 문항의 코드는 영문 소문자로 시작하고 서로 달라야 합니다."), {}, "code")
    before: dict[str, Question] = {}
    for question in form.questions():
        _check_question(question, before)
        before[question.code] = question


def _check_question(question: Question, before: Mapping[str, Question]) -> None:
    if question.kind not in KINDS or not question.label.strip():
        raise Problem(N_("문항에는 종류와 물음이 있어야 합니다."), {}, "label")
    low, high = question.least, question.most
    if (
        (low is not None and low < 0)
        or (high is not None and high < 1)
        or (low or 0) > (LARGEST if high is None else high)
    ):
        raise Problem(N_("최소와 최대를 확인하세요. 최소는 최대보다 클 수 없습니다."), {}, "most")
    if question.kind in LISTS:
        codes = [choice.code for choice in question.choices]
        if not 2 <= len(codes) <= MOST_CHOICES or len(set(codes)) < len(codes):
            raise Problem(N_("보기를 2개에서 %(most)s개까지, 서로 다르게 적으세요."), {"most": MOST_CHOICES}, "choices")
    when = question.shown_when
    if when is not None:
        asked = before.get(when.question)
        if asked is None or when.value not in answers_to_choose(asked):
            raise Problem(N_("조건은 앞에 있는 고르기 문항의 답이어야 합니다."), {}, "shown_when")


def answers_to_choose(question: Question) -> list[str]:
    """What a condition may ask of this question."""
    if question.kind == "yes_no":
        return ["yes", "no"]
    return [choice.code for choice in question.choices] if question.kind in LISTS else []


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
