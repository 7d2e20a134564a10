"""Forms of the catalogue."""

from marketplace.catalogue.forms.acting import ReviewForm, SubmitForm, WithdrawForm
from marketplace.catalogue.forms.listing import ListingForm, typed_in
from marketplace.catalogue.forms.searching import BANDS, SearchForm

__all__ = ["BANDS", "ListingForm", "ReviewForm", "SearchForm", "SubmitForm", "WithdrawForm", "typed_in"]
