"""What stands on a prior notice and on a decision: everything copied, so that it stays true when records move on."""

from dataclasses import asdict, dataclass
from typing import Any

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.korea import written_business_number
from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.recovery.models import RecoveryCase, SetOff
from marketplace.recovery.queries import PayoutLine
from marketplace.vouchers.models import Voucher


@dataclass(frozen=True)
class RecoverySheet:
    """The facts of one notice: amounts in won, days as ISO dates, '' where there is none."""

    case: str
    firm: str
    business_number: str
    representative: str
    voucher: str
    ground: str
    clause: str
    what: str
    decision: str
    principal_minor: int
    factor: int
    surcharge_minor: int
    interest_minor: int
    total_minor: int
    since_on: str
    opinion_due_on: str
    due_on: str
    objection_due_on: str
    bar_until_on: str
    rule: str
    basis_known: bool
    decided: bool


def sheet_of(
    case: RecoveryCase, firm: Organisation, voucher: Voucher, rules: Ruleset, *, decided: bool
) -> dict[str, Any]:
    """The facts of a case as JSON values."""

    def day(value: Any) -> str:
        return value.isoformat() if value is not None else ""

    return asdict(
        RecoverySheet(
            case=case.number,
            firm=firm.name,
            business_number=written_business_number(firm.business_number) if firm.business_number else "",
            representative=firm.representative,
            voucher=voucher.number,
            ground=case.ground.word if case.ground else "",
            clause=case.clause or "",
            what=case.facts,
            decision=(case.decision or "") if decided else "",
            principal_minor=case.principal_minor,
            factor=case.factor or 0,
            surcharge_minor=case.surcharge_minor,
            interest_minor=case.interest_minor,
            total_minor=case.total_minor,
            since_on=day(case.since_on),
            opinion_due_on=day(case.opinion_due_on),
            due_on=day(case.due_on) if decided else "",
            objection_due_on=day(case.objection_due_on) if decided else "",
            bar_until_on=day(case.bar_until_on) if decided else "",
            rule=case.rule or "",
            basis_known=rules.programme.legal_basis.value is not None,
            decided=decided,
        )
    )


@dataclass(frozen=True)
class SetOffSheet:
    """The facts of one set-off as it was decided; amounts in won, days as ISO dates."""

    number: str
    case: str
    clause: str
    firm: str
    business_number: str
    representative: str
    payout: str
    before_minor: int
    amount_minor: int
    payout_left_minor: int
    left_minor: int
    reason: str
    heard_until_on: str
    agreed: bool
    decided_on: str


def set_off_of(case: RecoveryCase, row: SetOff, payout: PayoutLine, firm: Organisation, left: int) -> dict[str, Any]:
    """The facts of a set-off as JSON values. `payout` as it is after it, `left` what is still owed of the case."""
    return asdict(
        SetOffSheet(
            number=row.number,
            case=case.number,
            clause=case.clause or "",
            firm=firm.name,
            business_number=written_business_number(firm.business_number) if firm.business_number else "",
            representative=firm.representative,
            payout=payout.number,
            before_minor=payout.amount_minor + row.amount_minor,
            amount_minor=row.amount_minor,
            payout_left_minor=payout.amount_minor,
            left_minor=left,
            reason=row.reason,
            heard_until_on=row.heard_until_on.isoformat(),
            agreed=row.agreed_by is not None,
            decided_on=clock.today().isoformat(),
        )
    )
