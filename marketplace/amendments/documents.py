"""What goes on an amendment, copied when it is issued."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from marketplace.amendments.models import ChangeRequest
from marketplace.amendments.rules import Plan
from marketplace.grants.models import Agreement


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """An amendment (협약 변경서): what stands before and after, and what the voucher holds. Amounts in won."""

    number: str
    agreement: str
    project: str
    kind: str
    reason: str
    rows: list[list[Any]]
    """[what, kind of value, before, after]"""
    before: dict[str, int]
    after: dict[str, int]
    plan_sha256: str
    agreement_sha256: str

    @classmethod
    def of(cls, request: ChangeRequest, agreement: Agreement, plan: Plan) -> Self:
        """From the rows as they are now."""
        facts = plan.facts()
        return cls(
            number=request.number,
            agreement=agreement.number,
            project=agreement.content["project"]["title"],
            kind=request.kind.word,
            reason=request.reason,
            rows=facts["rows"],
            before=facts["before"],
            after=facts["after"],
            plan_sha256=plan.sha256(),
            agreement_sha256=agreement.content_sha256,
        )

    def facts(self) -> dict[str, Any]:
        return asdict(self)
