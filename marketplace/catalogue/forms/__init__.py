"""Forms of the catalogue."""

from marketplace.catalogue.forms.acting import (
    AnswerForm,
    AttachForm,
    ReportForm,
    ReviewForm,
    SampleForm,
    SourceChangeForm,
    SourceForm,
    SubmitForm,
    WithdrawForm,
)
from marketplace.catalogue.forms.listing import ListingForm, typed_in
from marketplace.catalogue.forms.searching import BANDS, SearchForm

__all__ = [
    "BANDS",
    "AnswerForm",
    "AttachForm",
    "ListingForm",
    "ReportForm",
    "ReviewForm",
    "SampleForm",
    "SearchForm",
    "SourceChangeForm",
    "SourceForm",
    "SubmitForm",
    "WithdrawForm",
    "typed_in",
]
