"""Who may ask, decide, sign, object. Whether the state allows it is `advance`'s affair."""

from collections.abc import Sequence

from marketplace.amendments.models import ChangeKind, ChangeRequest
from marketplace.amendments.rules import terms
from marketplace.core.viewer import Role, Viewer
from marketplace.grants.models import AgreementParty

SIGNATORIES = (Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY)


def may_list(viewer: Viewer) -> bool:
    """Firms see the changes of their agreements, the agency all."""
    return viewer.sees_everything or viewer.is_sme or viewer.is_supplier


def role_of(viewer: Viewer, parties: Sequence[AgreementParty]) -> str | None:
    """In which part the viewer may bind somebody: a signatory of a party, or an officer who belongs to none of them."""
    mine = viewer.organisation_id
    for place in parties:
        if mine is not None and place.organisation_id == mine and viewer.has(*SIGNATORIES):
            return place.role.value
    if viewer.has(Role.PROGRAMME_OFFICER) and mine not in {each.organisation_id for each in parties if mine}:
        return "agency"
    return None


def kinds_for(viewer: Viewer, parties: Sequence[AgreementParty]) -> list[ChangeKind]:
    """What the viewer may ask for."""
    role = role_of(viewer, parties)
    return [kind for kind in ChangeKind if role in terms().kinds[kind.value].asks]


def may_ask(viewer: Viewer, parties: Sequence[AgreementParty], kind: ChangeKind | None = None) -> bool:
    """A signatory of a party that this kind names; the agency where it names the agency."""
    kinds = kinds_for(viewer, parties)
    return bool(kinds) if kind is None else kind in kinds


def may_decide(viewer: Viewer, request: ChangeRequest, parties: Sequence[AgreementParty]) -> bool:
    """An officer who is party to nothing, did not ask, and did not refuse it before."""
    return (
        role_of(viewer, parties) == "agency"
        and viewer.person_id != request.asked_by
        and not (request.objected_at is not None and viewer.person_id == request.decided_by)
    )


def may_sign(viewer: Viewer, signers: Sequence[int]) -> bool:
    """A signatory of a firm whose signature the amendment waits for."""
    return viewer.organisation_id in signers and viewer.has(*SIGNATORIES)


def may_withdraw(viewer: Viewer, request: ChangeRequest) -> bool:
    """Whoever may bind the firm that asked; of the agency's own request, an officer."""
    if request.organisation_id is None:
        return viewer.has(Role.PROGRAMME_OFFICER)
    return viewer.organisation_id == request.organisation_id and viewer.has(*SIGNATORIES)


def may_object(viewer: Viewer, request: ChangeRequest) -> bool:
    """The same, once, after a refusal."""
    return may_withdraw(viewer, request) and request.objected_at is None
