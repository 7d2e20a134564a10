"""What goes on the papers of this room, copied when they are issued."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class AwardLetter:
    """The letter of award (선정 통지서). Amounts in won, days as ISO text."""

    programme: str
    call: str
    ruleset: str
    firm: str
    business_number: str | None
    representative: str
    receipt_number: str
    project: str
    kind: str
    supplier: str
    total_minor: int
    support_minor: int
    own_cash_minor: int
    in_kind_minor: int
    vat_minor: int
    unit: str
    deposit_minor: int
    awarded_on: str
    performs_until: str

    def facts(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class AgreementText:
    """The agreement before anybody has signed: these facts become the bytes that are signed."""

    number: str
    version: int
    content: dict[str, Any]
    content_sha256: str

    def facts(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class SignatureRecord:
    """Who signed an agreement, when and how proved; names the paper whose bytes were signed."""

    number: str
    version: int
    project: str
    content_sha256: str
    paper_number: str
    paper_code: str
    paper_sha256: str | None
    signatures: list[dict[str, str]]
    """party_name, organisation, person, signed_at (Korean time), factor."""
    signed_on: str
    voucher_number: str

    def facts(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class ApplicationReceipt:
    """The receipt of an application (접수증). `content_sha256` names the content that was signed last."""

    programme: str
    call: str
    call_version: int
    ruleset: str
    firm: str
    business_number: str | None
    supplier: str
    receipt_number: str
    received_at: str
    project: str
    kind: str
    total_minor: int
    support_minor: int
    own_cash_minor: int
    in_kind_minor: int
    content_sha256: str
    files: list[dict[str, str]]
    signatures: list[dict[str, str]]

    def facts(self) -> dict[str, Any]:
        return asdict(self)
