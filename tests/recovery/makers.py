"""Makers for recovery: a case in each of its states, by the real operations."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Viewer
from marketplace.ledger import queries as ledger
from marketplace.ledger.operations import verify
from marketplace.recovery import operations, queries
from marketplace.recovery.models import Ground, RecoveryCase, RecoveryReceipt
from tests import factories
from tests.orders.makers import Market, make_market

PRINCIPAL = 12_345_678
_count = itertools.count(1)


class Docket:
    """A market, two officers who decide, and a case on its way."""

    def __init__(self, clock_at: Callable[..., None], market: Market | None = None) -> None:
        self.clock_at = clock_at
        self.market = market or make_market()
        self.firm: Viewer = self.market.sme
        self.first, self.second, self.third = (factories.make_officer() for _ in range(3))
        self.id = 0

    def do(self, verb: str, *words: Any, by: Viewer | None = None, **more: Any) -> Any:
        """One operation in a transaction of its own."""
        session.rollback()
        with transaction():
            return getattr(operations, verb)(*words, **more, by=by or self.first)

    def opened(self, principal: int = PRINCIPAL) -> "Docket":
        words = {"facts": "납품받지 않은 데이터를 받은 것처럼 검수했습니다", "principal_minor": principal}
        self.id = self.do("open_case", self.market.voucher_id, self.firm.organisation_id, **words).id
        return self

    def reported(self, principal: int = PRINCIPAL) -> "Docket":
        words = {"body": "담당자가 바뀌며 요건을 놓쳤습니다", "principal_minor": principal}
        self.id = self.do("report_oneself", self.market.voucher_id, **words, by=self.firm).id
        return self

    def noticed(self, ground: Ground = Ground.OTHER_USE, days_ago: int = 73, **facts: Any) -> "Docket":
        if not self.id:
            self.opened()
        since = clock.today() - timedelta(days=days_ago)
        words = {"ground": ground, "clause": "협약서 제12조 제3항", "since_on": since, "slight": False, **facts}
        self.do("give_notice", self.id, **words)
        return self

    def proposed(self, bar_days: int | None = 365, **facts: Any) -> "Docket":
        if not self.id or self.now().state.value != "noticed":
            self.noticed(**facts)
        self.do("give_opinion", self.id, "사정이 있었습니다", by=self.firm)
        until = clock.today() + timedelta(days=bar_days) if bar_days else None
        self.do("propose", self.id, "검수 기록과 파일이 서로 다릅니다", bar_until_on=until)
        return self

    def decided(self, **facts: Any) -> "Docket":
        if not self.id:
            self.opened()
        self.proposed(**facts)
        self.do("decide", self.id, by=self.second)
        return self

    def objected(self) -> "Docket":
        self.decided()
        self.do("object_to", self.id, "실제로 납품받았습니다", by=self.firm)
        return self

    def paid(self, amount: int | None = None) -> int:
        """A confirmed transfer of all that is owed, or of `amount`; returns its id."""
        receipt = self.entered(amount)
        self.do("confirm_receipt", receipt, by=self.second)
        return receipt

    def entered(self, amount: int | None = None) -> int:
        session.rollback()
        words = {"depositor": "한빛데이터", "received_on": clock.today(), "bank_reference": f"R{next(_count):06d}"}
        return self.do("enter_receipt", self.id, amount_minor=amount or self.owed(), **words).id

    def closed(self) -> "Docket":
        self.decided()
        self.paid()
        self.do("close_case", self.id)
        return self

    def dropped(self) -> "Docket":
        self.opened()
        self.do("drop_case", self.id, "사실이 아니었습니다")
        return self

    def now(self) -> RecoveryCase:
        session.rollback()
        return session.get_one(RecoveryCase, self.id, populate_existing=True)

    def receipt(self, receipt_id: int) -> RecoveryReceipt:
        session.rollback()
        return session.get_one(RecoveryReceipt, receipt_id, populate_existing=True)

    def owed(self) -> int:
        session.rollback()
        return queries.owed(self.id)

    def books(self) -> dict[str, int]:
        """What the case and the programme's accounts hold."""
        session.rollback()
        programme = self.market.programme_id
        kinds = ("restitution", "surcharge", "recovery_interest", "bank_in")
        found = ledger.balances(("recovery_due", self.id), *((kind, programme) for kind in kinds))
        return {kind: amount for (kind, _owner), amount in found.items()}

    def books_are_right(self) -> bool:
        session.rollback()
        with transaction():
            return verify().ok


def transfers(connection: psycopg.Connection[Any]) -> int:
    """How many postings there are."""
    row = connection.execute("select count(*) from ledger_transfer").fetchone()
    return int(row[0]) if row else 0
