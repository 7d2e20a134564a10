"""Looking at shortlists as evidence, and at pre-agreements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, true

from marketplace.accounts.models import Organisation, Person
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.matching.models import (
    Need,
    PreAgreement,
    PreAgreementSignature,
    PreAgreementState,
    Shortlist,
    Side,
)


@dataclass(frozen=True)
class Signed:
    """A side's place for a signature; `signed_at` None: it is still awaited."""

    side: Side
    organisation: str
    name: str | None
    signed_at: datetime | None


def get_shortlist(shortlist_id: int) -> Shortlist:
    """A locked shortlist, for the command. Raises NoResultFound."""
    return session.scalars(select(Shortlist).where(Shortlist.id == shortlist_id)).one()


def find_pre_agreement_seen_by(viewer: Viewer, pre_agreement_id: int) -> PreAgreement | None:
    """A pre-agreement: for the two firms, and for those who see everything."""
    firm = viewer.organisation_id or 0
    own = true() if viewer.sees_everything else _of(firm)
    return session.scalars(select(PreAgreement).where(PreAgreement.id == pre_agreement_id, own)).one_or_none()


def find_pre_agreement_of_quote(quote_id: int) -> PreAgreement | None:
    """The pre-agreement of a quote that has not ended."""
    current = PreAgreement.state != PreAgreementState.ENDED
    return session.scalars(select(PreAgreement).where(PreAgreement.quote_id == quote_id, current)).one_or_none()


def signatures_of(pre_agreement: PreAgreement) -> list[Signed]:
    """Both places for a signature, the buyer's first."""
    rows = session.execute(
        select(PreAgreementSignature.side, Person.name, PreAgreementSignature.signed_at)
        .join(Person, Person.id == PreAgreementSignature.person_id)
        .where(PreAgreementSignature.pre_agreement_id == pre_agreement.id)
    )
    by = {side: (name, signed_at) for side, name, signed_at in rows}
    parties = pre_agreement.content["parties"]
    return [Signed(side, parties[side.value]["name"], *by.get(side, (None, None))) for side in Side]


def signed_sides(pre_agreement_id: int) -> set[Side]:
    """Who has signed."""
    signed = select(PreAgreementSignature.side).where(PreAgreementSignature.pre_agreement_id == pre_agreement_id)
    return set(session.scalars(signed))


def signed_pre_agreements(organisation_id: int) -> Sequence[tuple[PreAgreement, str, str]]:
    """What a firm may refer to in an application: signed by both and still valid, with title and the supplier's name."""
    rows = session.execute(
        select(PreAgreement, Need.title, Organisation.name)
        .join(Need, Need.id == PreAgreement.need_id)
        .join(Organisation, Organisation.id == PreAgreement.supplier_id)
        .where(
            PreAgreement.organisation_id == organisation_id,
            PreAgreement.state == PreAgreementState.SIGNED,
            PreAgreement.valid_until >= clock.today(),
        )
        .order_by(PreAgreement.id.desc())
        .limit(50)
    )
    return [(row, title, name) for row, title, name in rows]


def pre_agreements_without_paper(limit: int = 100) -> Sequence[int]:
    """Signed pre-agreements whose document is still to be issued."""
    waiting = PreAgreement.state == PreAgreementState.SIGNED
    found = select(PreAgreement.id).where(waiting, PreAgreement.paper_id.is_(None))
    return session.scalars(found.order_by(PreAgreement.id).limit(limit)).all()


def _of(firm: int) -> ColumnElement[bool]:
    return or_(PreAgreement.organisation_id == firm, PreAgreement.supplier_id == firm)
