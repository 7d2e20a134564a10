"""The form of a call: sections of questions, read from and written as JSON, and checked whole.

A call's form is one document, so that a version of it has one hash, two versions can be compared, and what was asked can
never drift apart from what was answered.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
