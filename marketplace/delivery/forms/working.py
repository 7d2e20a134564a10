"""Forms of work statements."""

from wtforms.validators import Length

from marketplace.core.forms import REQUIRED, OnceForm, TextAreaField
from marketplace.core.i18n import _l


class WorkForm(OnceForm):
    """A table of work, pasted from a spreadsheet or a CSV."""

    table = TextAreaField(
        _l("작업 명세"),
        description=_l("첫 줄은 열 이름입니다. 스프레드시트에서 복사해 붙이거나 CSV를 붙여 넣으세요."),
        validators=[REQUIRED, Length(max=1_500_000)],
    )


class ObjectionForm(OnceForm):
    """What a worker says is wrong."""

    body = TextAreaField(_l("무엇이 다른가요"), validators=[REQUIRED, Length(max=2000)])


class ObjectionAnswerForm(OnceForm):
    """What the supplier says to it."""

    answer = TextAreaField(_l("답"), validators=[REQUIRED, Length(max=2000)])
