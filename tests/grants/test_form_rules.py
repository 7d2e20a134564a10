"""Forms and answers as rules: for all forms and answers that Hypothesis thinks of."""

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.documents import kind_of
from marketplace.core.errors import Problem as NoDocument
from marketplace.grants import rules
from marketplace.grants.rules import Choice, Condition, Form, Problem, Question, Section
from tests.grants import forms

TEXTS = st.text(max_size=60)
KINDS = st.sampled_from(list(rules.KINDS))


@st.composite
def questions(draw, number=8):
    """Questions of every kind with limits, each perhaps hanging on an earlier one."""
    made = []
    for place in range(draw(st.integers(1, number))):
        kind = draw(KINDS)
        least = draw(st.none() | st.integers(0, 5))
        most = draw(st.none() | st.integers(max(least or 0, 1), 50))
        choices = tuple(Choice(code=f"c{n}", label=f"보기 {n}") for n in range(draw(st.integers(2, 4))))
        earlier = [(each.code, value) for each in made for value in rules.answers_to_choose(each)]
        when = draw(st.none() | st.sampled_from(earlier)) if earlier else None
        made.append(
            Question(
                code=f"q{place}",
                kind=kind,
                label=f"물음 {place}",
                required=draw(st.booleans()),
                least=least,
                most=most,
                choices=choices if kind in ("choice", "multi") else (),
                shown_when=Condition(question=when[0], value=when[1]) if when else None,
            )
        )
    return Form((Section(code="s", title="구역", questions=tuple(made)),))


@given(questions())
@settings(max_examples=100, deadline=None)
def test_a_form_is_read_back_as_it_was_written(form):
    assert rules.read_form(rules.written(form)) == form
    assert rules.form_changes(form, form) == []


@given(questions(), st.data())
@settings(max_examples=150, deadline=None)
def test_an_answer_that_is_kept_is_within_its_limits_and_is_kept_again(form, data):
    answers = {}
    for question in form.questions():
        typed = data.draw(
            st.lists(TEXTS | st.sampled_from(["c0", "c1", "yes", "no", "2020-08-31", "12", "1,234"]), max_size=3)
        )
        try:
            value = answers[question.code] = rules.read_answer(question, typed)
        except Problem:
            continue
        if value is None:
            continue
        again = value if isinstance(value, list) else [str(value)]
        assert rules.read_answer(question, again) == value
        if question.kind in ("short", "long") and question.most:
            assert len(value) <= question.most
        if question.kind in ("number", "money"):
            assert (question.least or 0) <= value <= (question.most or 10**15)
        if question.kind == "multi" and question.most:
            assert len(value) <= question.most
    kept = rules.answered(form, answers)
    lacks = rules.missing(form, answers, {})
    for question in form.questions():
        if not rules.is_shown(question, form, answers):
            assert question.code not in kept and question.code not in lacks


def test_a_hidden_question_hides_what_hangs_on_it():
    chain = Form(
        (
            Section(
                code="s",
                title="구역",
                questions=(
                    Question(code="a", kind="yes_no", label="가"),
                    Question(code="b", kind="yes_no", label="나", shown_when=Condition(question="a", value="yes")),
                    Question(
                        code="c",
                        kind="short",
                        label="다",
                        required=True,
                        shown_when=Condition(question="b", value="yes"),
                    ),
                ),
            ),
        )
    )
    assert set(rules.missing(chain, {"a": "yes", "b": "yes"}, {})) == {"c"}
    assert rules.missing(chain, {"a": "no", "b": "yes"}, {}) == {}
    assert rules.answered(chain, {"a": "no", "b": "yes", "c": "숨은 답"}) == {"a": "no"}


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [(forms.PDF, "a.pdf", "pdf"), (forms.hwpx(), "a.HWPX", "hwpx"), (forms.xlsx(), "a.xlsx", "xlsx")],
)
def test_three_kinds_of_file_are_known_by_their_bytes(data, name, kind):
    assert kind_of(io.BytesIO(data), name) == kind
    for wrong in (data[: len(data) // 2], b"PK\x03\x04" + data[4:20], b"\x00" + data[1:]):
        with pytest.raises(NoDocument):
            kind_of(io.BytesIO(wrong), name)


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.hwpx", "a.xlsx"]))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_the_check_fall_over(data, name):
    with suppress(NoDocument):
        assert kind_of(io.BytesIO(data), name) in ("pdf", "hwpx", "xlsx")
