"""Who may do what with needs, quotes and pre-agreements."""

from datetime import datetime

from marketplace.core.viewer import Role, Viewer
from marketplace.matching.models import (
    Audience,
    Need,
    NeedState,
    PreAgreement,
    PreAgreementState,
    Quote,
    QuoteState,
    Side,
)


def may_post(viewer: Viewer) -> bool:
    """A member of a buying firm."""
    return viewer.organisation_id is not None and viewer.is_sme


def may_list(viewer: Viewer) -> bool:
    """Buying firms see their own needs, selling firms what they are asked, staff everything."""
    return viewer.sees_everything or viewer.is_sme or viewer.is_supplier


def owns_need(viewer: Viewer, need: Need) -> bool:
    """Whether the viewer acts for the firm that needs it."""
    return viewer.is_sme and viewer.organisation_id == need.organisation_id


def may_edit(viewer: Viewer, need: Need) -> bool:
    """The firm itself, until it has posted it."""
    return owns_need(viewer, need) and need.state == NeedState.DRAFT


def may_close(viewer: Viewer, need: Need) -> bool:
    """The firm itself, until it has chosen or ended it."""
    return owns_need(viewer, need) and need.state in (NeedState.DRAFT, NeedState.OPEN, NeedState.OPENED)


def may_invite(viewer: Viewer, need: Need) -> bool:
    """The firm itself, as long as quotes can still come."""
    return owns_need(viewer, need) and need.state in (NeedState.DRAFT, NeedState.OPEN) and need.supplier_id is None


def may_quote(viewer: Viewer, need: Need, *, designated: bool, invited: bool) -> bool:
    """A designated supplier that is asked, for an open need that is not its own."""
    asked = need.audience == Audience.ALL or invited or need.supplier_id == viewer.organisation_id
    return (
        viewer.is_supplier
        and designated
        and asked
        and need.state == NeedState.OPEN
        and viewer.organisation_id != need.organisation_id
    )


def may_answer(viewer: Viewer, need: Need) -> bool:
    """The firm that needs answers questions, as long as quotes can still follow them."""
    return owns_need(viewer, need) and need.state == NeedState.OPEN


def may_see_quote(viewer: Viewer, quote: Quote, need: Need) -> bool:
    """Its supplier always; the firm that asked and those who see everything once it is opened. Never another supplier."""
    if viewer.organisation_id == quote.organisation_id:
        return True
    return quote.opened_at is not None and (viewer.sees_everything or viewer.organisation_id == need.organisation_id)


def may_choose(viewer: Viewer, quote: Quote, need: Need) -> bool:
    """The firm that asked accepts or declines what was sent, once it is opened."""
    return owns_need(viewer, need) and quote.state == QuoteState.SENT and quote.opened_at is not None


def may_withdraw_quote(viewer: Viewer, quote: Quote, need: Need, now: datetime) -> bool:
    """The supplier: a sealed quote until the deadline, after which it binds; another until the buyer has decided."""
    in_time = need.quotes_until is None or now < need.quotes_until
    own = viewer.is_supplier and viewer.organisation_id == quote.organisation_id
    return own and in_time and quote.state == QuoteState.SENT


def side_of(viewer: Viewer, pre_agreement: PreAgreement) -> Side | None:
    """For whom the viewer may sign, or None."""
    if viewer.organisation_id == pre_agreement.organisation_id and viewer.has(Role.SME_SIGNATORY):
        return Side.BUYER
    if viewer.organisation_id == pre_agreement.supplier_id and viewer.has(Role.SUPPLIER_SIGNATORY):
        return Side.SUPPLIER
    return None


def may_see_pre_agreement(viewer: Viewer, pre_agreement: PreAgreement) -> bool:
    """The two firms, and those who see everything."""
    firms = (pre_agreement.organisation_id, pre_agreement.supplier_id)
    return viewer.sees_everything or viewer.organisation_id in firms


def may_sign(viewer: Viewer, pre_agreement: PreAgreement) -> bool:
    """A signatory of either firm, while signatures are awaited."""
    return pre_agreement.state == PreAgreementState.SIGNING and side_of(viewer, pre_agreement) is not None


def may_end(viewer: Viewer, pre_agreement: PreAgreement) -> bool:
    """A signatory of either firm, until it has ended."""
    return pre_agreement.state != PreAgreementState.ENDED and side_of(viewer, pre_agreement) is not None
