"""Building a form: each step takes a form and gives another one, checked. And how one version differs from the next."""

from dataclasses import dataclass, replace
from typing import TypeVar

from marketplace.grants.rules.questions import Form, Problem, Question, Section, check_form
from marketplace.programmes.rules.words import N_

Part = TypeVar("Part", Section, Question)


def with_section(form: Form, section: Section) -> Form:
    """The form with this section: changed where its code is known, else at the end."""
    known = form.section(section.code)
    if known is not None:
        section = replace(section, questions=known.questions)
        return _checked([section if each.code == section.code else each for each in form.sections])
    return _checked([*form.sections, section])


def without_section(form: Form, code: str) -> Form:
    """The form without a section and its questions."""
    return _checked([each for each in form.sections if each.code != code])


def with_question(form: Form, section: str, question: Question) -> Form:
    """The form with this question: changed in its place where its code is known there, else last of the section."""
    if form.section(section) is None:
        raise Problem(N_("구역을 먼저 만드세요."), {}, "section")
    return _checked([_asking(each, question) if each.code == section else each for each in form.sections])


def _asking(section: Section, question: Question) -> Section:
    if any(each.code == question.code for each in section.questions):
        questions = tuple(question if each.code == question.code else each for each in section.questions)
    else:
        questions = (*section.questions, question)
    return replace(section, questions=questions)


def without_question(form: Form, code: str) -> Form:
    """The form without a question. Refused while another one hangs on it."""
    return _checked(
        [replace(each, questions=tuple(q for q in each.questions if q.code != code)) for each in form.sections]
    )


def moved(form: Form, code: str, step: int) -> Form:
    """The form with a section or question one place up (-1) or down (1) among its neighbours."""
    sections = [
        replace(each, questions=tuple(_stepped(each.questions, code, step)))
        for each in _stepped(form.sections, code, step)
    ]
    return _checked(sections)


def _stepped(parts: tuple[Part, ...], code: str, step: int) -> list[Part]:
    order = list(parts)
    place = next((number for number, each in enumerate(order) if each.code == code), None)
    if place is not None and 0 <= place + step < len(order):
        order[place], order[place + step] = order[place + step], order[place]
    return order


def free_code(form: Form, letter: str) -> str:
    """A code that nothing in the form has: q7, s2."""
    taken = {each.code for each in form.sections} | {each.code for each in form.questions()}
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def _checked(sections: list[Section]) -> Form:
    form = Form(tuple(sections))
    check_form(form)
    return form


@dataclass(frozen=True)
class FormChange:
    """A question that is new, gone or asked differently. `how` is 'added', 'removed' or 'changed'."""

    how: str
    label: str
    label_en: str


def form_changes(before: Form, after: Form) -> list[FormChange]:
    """What an applicant has to look at again, in the order of the new form, what is gone last."""
    old = {question.code: question for question in before.questions()}
    new = {question.code: question for question in after.questions()}
    changes = [
        FormChange("changed" if code in old else "added", question.label, question.label_en)
        for code, question in new.items()
        if old.get(code) != question
    ]
    return changes + [
        FormChange("removed", question.label, question.label_en) for code, question in old.items() if code not in new
    ]
