"""Verbs of certificates: a firm brings one, an officer looks at it once, every application until its last day rests on it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies
from marketplace.grants.models import CertificateKind, CertificateState, FirmCertificate
from marketplace.grants.operations.answers import Kept
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.notices.operations import notify


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What the paper says: its number and its days, both included."""

    kind: CertificateKind
    number: str
    issued_on: date
    valid_until: date


def bring_certificate(said: Certificate, file: Kept, *, by: Viewer) -> FirmCertificate:
    """Hand in a certificate of the viewer's firm."""
    if not policies.may_bring_certificate(by):
        raise NotYours(_("수요기업의 구성원만 증명서를 낼 수 있습니다."))
    today = clock.today()
    if said.issued_on > today:
        raise Refused(_("발급일이 아직 오지 않았습니다. 날짜를 확인하세요."), field="issued_on")
    if said.valid_until < said.issued_on:
        raise Refused(_("유효기간의 끝이 발급일보다 앞섭니다."), field="valid_until")
    if said.valid_until < today:
        raise Refused(_("유효기간이 지난 증명서입니다. 다시 발급받아 내세요."), field="valid_until")
    row = FirmCertificate(
        organisation_id=by.organisation_id,
        kind=said.kind,
        number=said.number,
        issued_on=said.issued_on,
        valid_until=said.valid_until,
        file_name=file.name,
        sha256=file.sha256,
        bytes=file.bytes,
        state=CertificateState.HANDED_IN,
        added_by=by.person_id,
    )
    session.add(row)
    session.flush()
    record("firm_certificate:brought", row, by=by, kind=said.kind.value, number=said.number, sha256=file.sha256)
    notify("certificate_brought", about=row.subject, role=Role.PROGRAMME_OFFICER, certificate=said.kind.word)
    return row


def look_at_certificate(certificate_id: int, *, good: bool, reason: str, by: Viewer) -> FirmCertificate:
    """An officer's word on a certificate; one that is not accepted needs a reason."""
    row = locked(FirmCertificate, certificate_id)
    if not policies.may_look_at_certificate(by, row.organisation_id):
        raise NotYours(_("사업 담당자만 증명서를 확인할 수 있습니다."))
    refuse_own_case(by, row.organisation_id)
    if not good and not reason.strip():
        raise Refused(_("인정하지 않는 이유를 적으세요. 기업에 그대로 보입니다."), field="reason")
    row.looked_by, row.looked_at, row.reason = by.person_id, clock.now(), reason.strip()
    row.advance(to=CertificateState.VERIFIED if good else CertificateState.REFUSED)
    record("firm_certificate:looked_at", row, by=by, good=good)
    facts: dict[str, Any] = {
        "certificate": row.kind.word,
        "good": good,
        "reason": row.reason,
        "valid_until": row.valid_until.isoformat(),
    }
    notify("certificate_looked_at", about=row.subject, organisation_id=row.organisation_id, **facts)
    return row
