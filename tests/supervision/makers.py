"""Makers of projects that are over: their orders closed, reported, graded; by the real operations."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

from marketplace.core.db import session, transaction
from marketplace.core.storage import storage
from marketplace.core.viewer import Role, Viewer
from marketplace.orders.operations import close_order
from marketplace.supervision import operations, queries
from marketplace.supervision.models import FinalEvaluation, FinalReport, FinalReportVersion
from marketplace.supervision.rules import KeptFile, terms
from marketplace.vouchers.operations import close, end_early
from tests import factories
from tests.orders.makers import Market, make_market, make_order
from tests.settlement.makers import Ready, make_approved, make_ready

WORDS = {
    "used": "상권 데이터를 사서 매장 위치를 정하는 데 썼습니다.",
    "results": "새 매장 세 곳을 열었고 매출이 12% 늘었습니다.",
    "plans": "분기마다 데이터를 새로 받아 모델을 고칠 계획입니다.",
}


def png(width: int = 2, height: int = 2, **texts: str) -> bytes:
    """A PNG of one colour; `texts` become text chunks."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + b"\x20\x60\x90" * width for _row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    notes = b"".join(chunk(b"tEXt", f"{name}\0{text}".encode()) for name, text in texts.items())
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + notes + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def kept(name: str = "report.png", data: bytes | None = None) -> KeptFile:
    """A file that storage holds."""
    sha256, size = storage().put(io.BytesIO(data or png()))
    return KeptFile(name, "png", size, sha256)


class Project:
    """A market whose one order was delivered, accepted, invoiced, approved and closed; two officers and two evaluators."""

    def __init__(self, market: Market | None = None, *, closed: bool = True) -> None:
        self.market = market or make_market()
        self.firm, self.supplier, self.officer = self.market.sme, self.market.supplier, self.market.officer
        self.second = factories.make_officer()
        self.judges = [factories.make_person(f"평가{n}", staff=(Role.EVALUATOR,)) for n in (1, 2)]
        self.voucher_id = self.market.voucher_id
        ready: Ready | None = make_ready(market=self.market) if closed else None
        self.order_id = ready.order_id if ready else make_order(self.market)
        if ready:
            make_approved(ready)
            with transaction():
                close_order(self.order_id, by=self.firm)
        self.id = self.evaluation_id = 0

    def do(self, verb: str, *words: Any, by: Viewer | None = None, **more: Any) -> Any:
        """One operation in a transaction of its own, or in the one that is open."""
        if session().info.get("transaction"):
            return getattr(operations, verb)(*words, **more, by=by or self.officer)
        session.rollback()
        with transaction():
            return getattr(operations, verb)(*words, **more, by=by or self.officer)

    def asked(self) -> "Project":
        self.id = self.do("begin_report", self.voucher_id, by=self.firm).id
        return self

    def submitted(self) -> "Project":
        if not self.id:
            self.asked()
        self.do("submit_report", self.id, **WORDS, files=[kept()], by=self.firm)
        return self

    def fixing(self) -> "Project":
        self.submitted()
        self.do("ask_fix", self.id, "성과를 숫자로 적어 주세요.")
        return self

    def accepted(self) -> "Project":
        self.submitted()
        self.do("accept_report", self.id)
        return self

    def scoring(self) -> "Project":
        self.accepted()
        first, second = (each.person_id for each in self.judges)
        self.evaluation_id = self.do("open_grading", self.id, first, second).id
        return self

    def score(self, judge: Viewer, percent: int) -> None:
        points = {each.code: each.points * percent // 100 for each in terms().criteria}
        self.do("hand_in_sheet", self.evaluation_id, points, "협약대로 마쳤고 활용이 뚜렷합니다.", by=judge)

    def graded(self, percent: int = 80) -> "Project":
        self.scoring()
        for judge in self.judges:
            self.score(judge, percent)
        return self

    def objected(self, percent: int = 50) -> "Project":
        self.graded(percent)
        self.do("object_to_grade", self.evaluation_id, "성과를 잘못 보셨습니다.", by=self.firm)
        return self

    def confirmed(self, clock_at: Callable[..., None], percent: int = 80) -> "Project":
        self.graded(percent)
        clock_at(days=12)
        self.do("confirm_grade", self.evaluation_id)
        return self

    def close_voucher(self) -> None:
        session.rollback()
        with transaction():
            end_early(self.voucher_id, "사업이 끝났습니다", by=self.officer)
        with transaction():
            close(self.voucher_id, by=self.officer)

    def report(self) -> FinalReport:
        session.rollback()
        return session.get_one(FinalReport, self.id, populate_existing=True)

    def versions(self) -> list[FinalReportVersion]:
        session.rollback()
        return list(queries.versions_of(self.id))

    def evaluation(self) -> FinalEvaluation:
        session.rollback()
        return session.get_one(FinalEvaluation, self.evaluation_id, populate_existing=True)
