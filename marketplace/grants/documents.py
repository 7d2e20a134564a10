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
class SignedAgreement:
    """The three-party agreement with its signatures. `content` is what was signed, `signatures` who did and when."""

    number: str
    content: dict[str, Any]
    content_sha256: str
    signatures: list[dict[str, str]]
    """party, party_name, person, signed_at (ISO text, Korean time)."""
    signed_on: str
    voucher_number: str

    def facts(self) -> dict[str, Any]:
        return asdict(self)
