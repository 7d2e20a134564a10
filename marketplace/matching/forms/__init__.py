"""Forms of matching."""

from marketplace.matching.forms.needs import AnswerForm, CloseForm, InviteForm, NeedForm, PostForm, QuestionForm
from marketplace.matching.forms.quotes import ChooseForm, ClickForm, QuoteForm, ReasonForm, SignForm

__all__ = [
    "AnswerForm",
    "ChooseForm",
    "ClickForm",
    "CloseForm",
    "InviteForm",
    "NeedForm",
    "PostForm",
    "QuestionForm",
    "QuoteForm",
    "ReasonForm",
    "SignForm",
]
