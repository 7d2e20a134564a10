"""Where the sentence of a refusal is put."""

from wtforms import Form, FormField, StringField

from marketplace.core.errors import Refused
from marketplace.core.forms import Rows
from marketplace.core.web import refuse_on


class Line(Form):
    name = StringField()


class Sheet(Form):
    title = StringField()
    lines = Rows(FormField(Line), min_entries=1)


def test_a_refusal_stands_at_the_field_it_names():
    form = Sheet()
    refuse_on(form, Refused("이미 있습니다.", field="title"))
    assert form.title.errors == ["이미 있습니다."] and not form.form_errors


def test_a_refusal_of_rows_as_a_whole_or_of_no_field_stands_at_the_form():
    form = Sheet()
    refuse_on(form, Refused("줄이 모자랍니다.", field="lines"))
    refuse_on(form, Refused("기한이 지났습니다.", field="elsewhere"))
    assert form.form_errors == ["줄이 모자랍니다.", "기한이 지났습니다."]
    assert not form.lines.errors
