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
from marketplace.catalogue.forms.searching import NameForm, QuantityForm, SaveForm, SearchForm, SupplierSearchForm

__all__ = [
    "AnswerForm",
    "AttachForm",
    "ListingForm",
    "NameForm",
    "QuantityForm",
    "ReportForm",
    "ReviewForm",
    "SampleForm",
    "SaveForm",
    "SearchForm",
    "SourceChangeForm",
    "SourceForm",
    "SubmitForm",
    "SupplierSearchForm",
    "WithdrawForm",
    "typed_in",
]
