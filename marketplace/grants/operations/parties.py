"""Nobody decides on a firm of their own."""

from marketplace.accounts import queries as accounts
from marketplace.core.errors import NotYours
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer


def refuse_own_case(by: Viewer, *organisation_ids: int | None) -> None:
    """Refuse an officer who is a member of one of these firms, whichever firm they act for at the moment."""
    own = {firm.id for firm, _role in accounts.organisations_of(by.person_id or 0)}
    if own & set(organisation_ids):
        raise NotYours(_("본인이 속한 기업의 건은 결정할 수 없습니다. 다른 담당자에게 넘기세요."))
