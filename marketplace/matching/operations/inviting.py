"""Suppliers are asked by name, and no longer."""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.matching import queries
from marketplace.matching.models import Audience, Need, NeedInvitation, NeedState
from marketplace.matching.operations.asking import supplier_of, tell_posted
from marketplace.matching.policies import may_invite
from marketplace.matching.rules.quotes import MOST_INVITED
from marketplace.notices.operations import notify


def invite(need_id: int, listing_id: int, *, by: Viewer) -> NeedInvitation:
    """Ask the supplier of a listing by name; on a draft it is told when the need is posted."""
    need = locked(Need, need_id)
    if not may_invite(by, need):
        raise NotYours(_("견적을 받고 있는 자기 기업의 요청에만 초대할 수 있습니다."))
    supplier_id = supplier_of(listing_id, by)
    known = queries.invitations_of(need.id)
    if any(each.supplier_id == supplier_id for each in known):
        raise Refused(_("이미 초대한 공급기업입니다."))
    if len(known) >= MOST_INVITED:
        raise Refused(_("공급기업은 %(most)s곳까지 초대할 수 있습니다.", most=MOST_INVITED))
    invitation = NeedInvitation(
        need_id=need.id, supplier_id=supplier_id, listing_id=listing_id, invited_by=by.person_id
    )
    session.add(invitation)
    record("need:supplier_invited", need, by=by, supplier_id=supplier_id, listing_id=listing_id)
    if need.state == NeedState.OPEN:
        tell_posted(need, supplier_id, by)
    return invitation


def take_back_invitation(need_id: int, supplier_id: int, *, by: Viewer) -> NeedInvitation:
    """Ask a firm no longer. Once a need is posted this is refused as soon as any quote came, whoever sent it: a refusal
    for the firm's own quote would say under seal who has quoted."""
    need = locked(Need, need_id)
    if not may_invite(by, need):
        raise NotYours(_("견적을 받고 있는 자기 기업의 요청에서만 초대를 거둘 수 있습니다."))
    invitation = queries.find_invitation(need.id, supplier_id)
    if invitation is None:
        raise Refused(_("초대하지 않았거나 이미 거둔 공급기업입니다."))
    if queries.sent_quotes(need.id):
        raise Refused(_("견적이 이미 들어와 초대를 거둘 수 없습니다. 마감 뒤에 견적을 보고 고르세요."))
    if need.state == NeedState.OPEN and need.audience == Audience.INVITED and len(queries.invitations_of(need.id)) == 1:
        raise Refused(_("마지막 초대는 거둘 수 없습니다. 다른 공급기업을 먼저 초대하거나 요청을 마감하세요."))
    invitation.taken_back_by, invitation.taken_back_at = by.person_id, clock.now()
    record("need:invitation_taken_back", need, by=by, supplier_id=supplier_id)
    if need.state == NeedState.OPEN:
        notify("invitation_taken_back", organisation_id=supplier_id, buyer=by.organisation_name, title=need.title)
    return invitation
