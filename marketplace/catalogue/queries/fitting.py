"""What a firm's vouchers could pay for, and what a version allows and how well it is described."""

from dataclasses import dataclass

from marketplace.catalogue.models import ListingKind, ListingVersion
from marketplace.catalogue.rules.score import facts_of, score
from marketplace.catalogue.rules.terms import RIGHTS, terms_of
from marketplace.core.viewer import Viewer
from marketplace.programmes import queries as programmes
from marketplace.vouchers import queries as vouchers
from marketplace.vouchers.models import VoucherState


@dataclass(frozen=True)
class Spendable:
    """A voucher with money left: which kinds of listing it buys, and for how much at most, in won without VAT."""

    voucher_id: int
    number: str
    kinds: tuple[ListingKind, ...]
    left_minor: int


def spendable_vouchers(viewer: Viewer) -> list[Spendable]:
    """The active vouchers of the viewer's firm; what is left of the support stands for what is left to buy."""
    if not viewer.is_sme or viewer.organisation_id is None:
        return []
    active = [
        each
        for each in vouchers.vouchers_of(viewer.organisation_id)
        if each.state == VoucherState.ACTIVE and each.unit == "KRW"
    ]
    pots = vouchers.pots_of_all(each.id for each in active)
    buys = {each.id: programmes.get_ruleset(each.ruleset_id).buys(each.kind) for each in active}
    return [
        Spendable(each.id, each.number, tuple(kind for kind in ListingKind if kind.value in buys[each.id]), left)
        for each in active
        if buys[each.id]
        and (left := each.purchase_minor * pots[each.id].support_available // (each.support_minor or 1)) > 0
    ]


def rights_of(version: ListingVersion) -> frozenset[str] | None:
    """What a buyer may do with it, by the names of RIGHTS; None where only its source knows."""
    terms = terms_of(version.licence.value, version.terms)
    return None if terms is None else frozenset(name for name in RIGHTS if terms[name])


def quality_of(version: ListingVersion) -> int:
    """How well it is described, in points of 100: the same score as on its page."""
    return score(facts_of(version, processing=version.kind != ListingKind.DATASET)).points


def right_words() -> dict[str, str]:
    """The rights a licence may give, with their words as message ids, in the order in which a person reads them."""
    return dict(RIGHTS)
