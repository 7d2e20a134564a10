"""Tables of the catalogue."""

from marketplace.catalogue.models.harvests import (
    HarvestRun,
    HarvestSource,
    RunState,
    SourceKind,
)
from marketplace.catalogue.models.listings import (
    CONTENT,
    SELLABLE,
    ColumnType,
    Frequency,
    LabourModel,
    Licence,
    Listing,
    ListingKind,
    ListingSample,
    ListingState,
    ListingVersion,
    PersonalData,
    PriceUnit,
    SampleState,
    Theme,
)
from marketplace.catalogue.models.uses import (
    ListingReport,
    ListingUse,
    ReportState,
    UseKind,
)
from marketplace.catalogue.models.wishes import DESIGNATED, SavedSearch, SavedSearchHit, SavedState, SearchMiss

__all__ = [
    "CONTENT",
    "DESIGNATED",
    "SELLABLE",
    "ColumnType",
    "Frequency",
    "HarvestRun",
    "HarvestSource",
    "LabourModel",
    "Licence",
    "Listing",
    "ListingKind",
    "ListingReport",
    "ListingSample",
    "ListingState",
    "ListingUse",
    "ListingVersion",
    "PersonalData",
    "PriceUnit",
    "ReportState",
    "RunState",
    "SampleState",
    "SavedSearch",
    "SavedSearchHit",
    "SavedState",
    "SearchMiss",
    "SourceKind",
    "Theme",
    "UseKind",
]
