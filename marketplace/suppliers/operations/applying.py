"""A firm asks to be taken into a pool, and mends what it was asked to mend."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.programmes.models import Programme, ProgrammeState
from marketplace.suppliers.models import OFFERS, PROCESSING, Designation, DesignationState, PriceEvidence, PriceProof
from marketplace.suppliers.operations.reviewing import refuse_unfit
from marketplace.suppliers.policies import may_apply, may_mend
from marketplace.suppliers.queries import find_designation_of, has_ended


@dataclass(frozen=True)
class Proof:
    """A file that lies in storage under its hash."""

    name: str
    kind: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Price:
    """One price and its proof, in words and perhaps as a file; won without VAT for one unit."""

    item: str
    unit_label: str
    unit_price_minor: int
    same_outside: bool
    proof: str
    file: Proof | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What stands in its row."""
        names = ("item", "unit_label", "unit_price_minor", "same_outside", "proof")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Declaration:
    """What a firm says of itself: kinds are of OFFERS; person-months in hundredths, at one time."""

    kinds: Sequence[str]
    profile: str
    no_subcontract: bool
    headcount: int = 0
    capacity_hundredths: int = 0
    prices: Sequence[Price] = ()


def apply_for_designation(programme_id: int, said: Declaration, *, by: Viewer) -> Designation:
    """Ask to be taken into the pool of a programme. A refused firm may ask again; anybody else asks once."""
    if not may_apply(by):
        raise NotYours(_("공급기업의 서명권자만 지정을 신청할 수 있습니다."))
    organisation_id = by.organisation_id or 0
    refuse_unfit(organisation_id)
    programme = _running(locked(Programme, programme_id))
    said = _checked(said)
    designation = find_designation_of(organisation_id, programme_id)
    if designation is None:
        designation = Designation(
            organisation_id=organisation_id, programme_id=programme_id, profile=said.profile, no_subcontract=True
        )
        session.add(designation)
        session.flush()
    else:
        designation = locked(Designation, designation.id)
        designation.advance(to=DesignationState.APPLIED)
    _write(designation, said, by)
    _record("designation:applied", designation, said, by)
    _tell_officers(designation, programme, by)
    return designation


def resubmit(designation_id: int, said: Declaration, *, by: Viewer) -> Designation:
    """Send the application again after mending what the officers asked for; the review then begins anew."""
    designation = locked(Designation, designation_id)
    if not may_mend(by, designation):
        raise NotYours(_("신청한 기업의 서명권자만 신청을 고칠 수 있습니다."))
    programme = _running(session.get_one(Programme, designation.programme_id))
    said = _checked(said)
    designation.advance(to=DesignationState.APPLIED)
    _write(designation, said, by)
    _record("designation:resubmitted", designation, said, by)
    _tell_officers(designation, programme, by)
    return designation


def _running(programme: Programme) -> Programme:
    if programme.state == ProgrammeState.CLOSED or has_ended(programme, clock.today()):
        raise Refused(_("종료된 사업에는 신청할 수 없습니다. 진행 중인 사업을 고르세요."), field="programme_id")
    return programme


def _checked(said: Declaration) -> Declaration:
    """The same in the order of OFFERS; refused where something is missing that the review needs."""
    chosen = [code for code in OFFERS if code in said.kinds]
    if not chosen:
        raise Refused(_("제공할 서비스를 하나 이상 고르세요."), field="kinds")
    if not said.no_subcontract:
        raise Refused(
            _("재위탁 금지에 서약해야 신청할 수 있습니다. 맡은 일을 다른 기업에 넘길 수 없습니다."),
            field="no_subcontract",
        )
    if PROCESSING.intersection(chosen) and (said.headcount < 1 or said.capacity_hundredths < 1):
        raise Refused(
            _("가공 서비스를 제공하려면 수행 인력 수와 투입할 수 있는 인월을 적으세요."), field="person_months"
        )
    if not said.prices:
        raise Refused(_("가격과 그 근거를 하나 이상 적으세요. 담당자가 가격의 적정성을 검토합니다."))
    return replace(said, kinds=chosen, profile=said.profile.strip())


def _write(designation: Designation, said: Declaration, by: Viewer) -> None:
    designation.kinds, designation.profile, designation.no_subcontract = list(said.kinds), said.profile, True
    designation.headcount, designation.capacity_hundredths = said.headcount, said.capacity_hundredths
    designation.fixes, designation.reason = [], None
    designation.document_reviewed_at = designation.document_reviewed_by = None
    session.flush()
    session.execute(
        delete(PriceEvidence)
        .where(PriceEvidence.designation_id == designation.id)
        .execution_options(synchronize_session=False)
    )
    session.add_all(
        PriceEvidence(designation_id=designation.id, position=position, **price.facts)
        for position, price in enumerate(said.prices, 1)
    )
    proofs = [
        {"designation_id": designation.id, "item": price.item, "uploaded_by": by.person_id, **vars(price.file)}
        for price in said.prices
        if price.file
    ]
    if proofs:
        session.execute(insert(PriceProof).on_conflict_do_nothing(), proofs)


def _record(action: str, designation: Designation, said: Declaration, by: Viewer) -> None:
    record(
        action,
        designation,
        by=by,
        programme_id=designation.programme_id,
        kinds=list(said.kinds),
        headcount=said.headcount,
        capacity_hundredths=said.capacity_hundredths,
        prices=[price.facts for price in said.prices],
        proofs=[price.file.sha256 for price in said.prices if price.file],
    )


def _tell_officers(designation: Designation, programme: Programme, by: Viewer) -> None:
    notify(
        "designation_applied",
        about=designation.subject,
        role=Role.PROGRAMME_OFFICER,
        supplier=by.organisation_name,
        programme=programme.name,
    )
