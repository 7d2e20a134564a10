"""Who is party to an agreement, who has signed it, and whether there are bytes to sign yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from marketplace.accounts.models import Organisation, Person
from marketplace.core.db import session
from marketplace.core.i18n import N_, _, in_language
from marketplace.grants.models import Agreement, AgreementParty, AgreementSignature, AgreementState, Party
from marketplace.papers.models import Paper

AGENCY = {"name": "데이터바우처 사업 전담기관", "name_en": "Agency of the Data Voucher Programme"}
FACTORS = {"password": N_("비밀번호 재확인"), "totp": N_("인증 앱 코드"), "demo": N_("시연(확인 없음)")}


@dataclass(frozen=True)
class Signed:
    """A party of an agreement, and who signed for it, when; `signed_at` is None while the signature is awaited."""

    party: Party
    organisation: str
    place: int
    """Of agreement_party."""
    required: bool = True
    name: str = ""
    signed_at: datetime | None = None
    factor: str = ""
    """How the signer was known, as people call it."""
    paper_sha256: str | None = None
    content_sha256: str | None = None


def places_of(agreement_id: int) -> Sequence[AgreementParty]:
    """The places at the table in their order, those who left taken out."""
    statement = select(AgreementParty).where(
        AgreementParty.agreement_id == agreement_id, AgreementParty.left_at.is_(None)
    )
    return session.scalars(statement.order_by(AgreementParty.position)).all()


def member_ids(agreement_id: int) -> frozenset[int]:
    """The firms of the consortium beside buyer and supplier."""
    rows = places_of(agreement_id)
    return frozenset(row.organisation_id or 0 for row in rows if row.role == Party.MEMBER)


def signatures_of(agreement_id: int) -> list[Signed]:
    """Every party in its order, with its signature under the present version or without.

    Once an agreement is signed, these are those who signed it, also where another firm has taken their place since.
    """
    awaited = and_(AgreementParty.left_at.is_(None), Agreement.state == AgreementState.SIGNING)
    rows = session.execute(
        select(AgreementParty, Organisation.name, Organisation.name_en, Person.name, AgreementSignature)
        .join(Agreement, Agreement.id == AgreementParty.agreement_id)
        .outerjoin(Organisation, Organisation.id == AgreementParty.organisation_id)
        .outerjoin(
            AgreementSignature,
            and_(AgreementSignature.party_id == AgreementParty.id, AgreementSignature.version == Agreement.version),
        )
        .outerjoin(Person, Person.id == AgreementSignature.person_id)
        .where(AgreementParty.agreement_id == agreement_id, or_(awaited, AgreementSignature.id.is_not(None)))
        .order_by(AgreementParty.position)
    )
    return [_signed(*row) for row in rows]


def _signed(
    place: AgreementParty,
    firm: str | None,
    firm_en: str | None,
    person: str | None,
    signature: AgreementSignature | None,
) -> Signed:
    name = in_language(firm, firm_en) if firm else in_language(AGENCY["name"], AGENCY["name_en"])
    if signature is None:
        return Signed(place.role, name, place.id, place.required)
    return Signed(
        party=place.role,
        organisation=name,
        place=place.id,
        required=place.required,
        name=person or "",
        signed_at=signature.signed_at,
        factor=_(FACTORS[signature.factor]) if signature.factor in FACTORS else "",
        paper_sha256=signature.paper_sha256,
        content_sha256=signature.content_sha256,
    )


def unsigned_places(agreement: Agreement) -> set[int]:
    """The places whose signature under the present version the agreement still waits for."""
    signed = select(AgreementSignature.party_id).where(
        AgreementSignature.agreement_id == agreement.id, AgreementSignature.version == agreement.version
    )
    statement = select(AgreementParty.id).where(
        AgreementParty.agreement_id == agreement.id,
        AgreementParty.left_at.is_(None),
        AgreementParty.required,
        AgreementParty.id.not_in(signed),
    )
    return set(session.scalars(statement.order_by(AgreementParty.id)).all())


def record_of_signatures(agreement: Agreement) -> list[dict[str, Any]]:
    """Who signed the present version, as JSON values for the sealed copy: hashes, person, moment (UTC), factor, address."""
    rows = session.execute(
        select(AgreementSignature, Person.name)
        .join(Person, Person.id == AgreementSignature.person_id)
        .where(AgreementSignature.agreement_id == agreement.id, AgreementSignature.version == agreement.version)
        .order_by(AgreementSignature.id)
    )
    return [
        {
            "party": signature.party.value,
            "person": name,
            "signed_at": signature.signed_at.isoformat(),
            "content_sha256": signature.content_sha256,
            "paper_sha256": signature.paper_sha256,
            "factor": signature.factor,
            "address": str(signature.address) if signature.address else None,
        }
        for signature, name in rows
    ]


def paper_bytes_of(agreement: Agreement) -> str | None:
    """The SHA-256 of the PDF that is signed, or None while it is still being drawn."""
    return session.scalars(select(Paper.sha256).where(Paper.id == (agreement.paper_id or 0))).one_or_none()
