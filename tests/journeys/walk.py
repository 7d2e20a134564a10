"""The way of one voucher, step by step over HTTP: to an active voucher here, from a listing to the last won in `trade`.

Each step is done by the person whose part it is, on the form that stands on that person's page, and is then looked at:
what the page says, what waits for the next person, who was told, what evidence there is, where the money stands.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import MemberRole
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.jobs import run_all
from marketplace.core.viewer import Viewer
from marketplace.evidence.models import Event
from marketplace.programmes.models import Ruleset
from marketplace.vouchers.queries import pots_of
from tests import factories
from tests.journeys.page import Page
from tests.journeys.person import Person

ROOT = Path(__file__).resolve().parents[2]
MORNING = datetime(2020, 8, 3, 10, 0, tzinfo=clock.SEOUL)
"""Journeys begin here, whatever the machine's clock says."""
SUPPORT, OWN, VAT = 13_500_000, 4_500_000, 1_800_000
"""The voucher: 18,000,000 won of data, three quarters of it support, and its tax."""


@dataclass
class Names:
    """Who and what there is; outlives one program and its browsers, so that a copied database can be walked on in."""

    viewers: dict[str, Viewer] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)


class Walk:
    """The seven people at their browsers, and the pages they have come to."""

    def __init__(self, app: Flask, names: Names) -> None:
        self.app = app
        self.names = Names(dict(names.viewers), dict(names.paths))
        self._people: dict[str, Person] = {}

    @classmethod
    def begun(cls, app: Flask) -> "Walk":
        """An empty house with eight people and the shipped rules."""
        sme, supplier = factories.make_sme(name="한빛제조"), factories.make_supplier(name="새봄데이터")
        viewers = {
            "officer": factories.make_officer("사업담당"),
            "reviewer": factories.make_officer("사업검토"),
            "settler": factories.make_settler("정산담당"),
            "second": factories.make_settler("정산책임"),
            "sme": sme,
            "member": factories.make_person("실무자", organisation_id=sme.organisation_id, role=MemberRole.MEMBER),
            "supplier": supplier,
            "auditor": factories.make_auditor(),
        }
        answer = app.test_cli_runner().invoke(args=["programmes", "load", "--publish"])
        assert answer.exit_code == 0 and "DV-2020 v1: published" in answer.output, answer.output
        return cls(app, Names(viewers))

    def person(self, name: str) -> Person:
        """One of the eight, signed in."""
        if name not in self._people:
            self._people[name] = Person(self.app, self.names.viewers[name])
        return self._people[name]

    def join(self, name: str, viewer: Viewer) -> Person:
        """Somebody else comes along."""
        self.names.viewers[name] = viewer
        return self.person(name)

    officer = property(lambda self: self.person("officer"))
    reviewer = property(lambda self: self.person("reviewer"))
    settler = property(lambda self: self.person("settler"))
    second = property(lambda self: self.person("second"))
    sme = property(lambda self: self.person("sme"))
    member = property(lambda self: self.person("member"))
    supplier = property(lambda self: self.person("supplier"))
    auditor = property(lambda self: self.person("auditor"))

    def path(self, name: str) -> str:
        """Where a thing's page is: `path("order")` is '/orders/1'."""
        return self.names.paths[name]

    def number(self, name: str) -> int:
        """The id in a thing's address."""
        return int(self.path(name).rsplit("/", 1)[1])

    def runs(self, *jobs: str) -> None:
        """The worker does these jobs until nothing is left."""
        session.rollback()
        run_all(self.app, *jobs)

    def happened(self, action: str, subject: str, by: str | None = None) -> None:
        """There is evidence of it, by this person (None: by the program)."""
        session.rollback()
        actors = session.scalars(select(Event.actor_id).where(Event.action == action, Event.subject == subject)).all()
        wanted = self.names.viewers[by].person_id if by else None
        assert wanted in actors, f"{action} of {subject} by {wanted}: {actors}, of {self.evidence()}"

    def evidence(self) -> list[tuple[str, str]]:
        """All that has happened, in order."""
        return [(each.action, each.subject) for each in session.scalars(select(Event).order_by(Event.id))]

    def pots(self) -> tuple[int, int, int, int]:
        """What stands on the voucher: support available and reserved, own money available and reserved."""
        session.rollback()
        pots = pots_of(self.number("voucher"))
        return pots.support_available, pots.support_reserved, pots.own_available, pots.own_reserved

    # --- 1 to 7 ----------------------------------------------------------------------------------------------

    def opens_programme(self) -> None:
        """The officer opens the year under its published rules; the supplier is taken into its pool."""
        self.names.paths["programme"] = self.officer.sends(
            "/programmes/new",
            ruleset_id=_choice(self.officer.reads("/programmes/new"), "/programmes/new", "ruleset_id"),
            code="DV-2020",
            budget="57,500,000,000",
            starts_on="2020-07-01",
            ends_on="2020-12-31",
        )
        programme = self.officer.reads(self.path("programme")).says("57,500,000,000원")
        assert "규정" in programme.said
        self.happened("programme:opened", f"programme:{self.number('programme')}", "officer")
        designation = self.supplier.sends(
            "/suppliers/apply",
            programme_id=str(self.number("programme")),
            kinds=["sale", "general_processing"],
            profile="상권과 유동 인구 데이터를 모으고 가공하는 기업입니다.",
            headcount="12",
            person_months="30",
            prices__0__item="유동 인구 월별 집계",
            prices__0__unit_label="세트",
            prices__0__unit_price_minor="1,500,000",
            prices__0__same_outside="yes",
            prices__0__proof="지난달 세금계산서 3건",
            no_subcontract="y",
        )
        self.names.paths["designation"] = designation
        self.reviewer.has_to("공급기업 신청 심사: 새봄데이터").is_told("공급기업 지정 신청이 들어왔습니다: 새봄데이터")
        self.reviewer.sends(designation, "/review")
        self.reviewer.has_to("공급기업 서류 검토: 새봄데이터").sends(designation, "/pass")
        self.reviewer.need_not("공급기업 가격 검토")
        self.officer.has_to("공급기업 가격 검토: 새봄데이터").sends(designation, "/designate")
        self.supplier.is_told("공급기업으로 지정되었습니다").reads(designation).says("지정")
        self.officer.need_not("공급기업 가격 검토")

    def publishes_call(self) -> None:
        """Step 1: a call under the ruleset; public from then on."""
        path = self.officer.sends(
            f"{self.path('programme')}/calls/new",
            title="하반기 수요기업 모집",
            title_en="Second call of the year",
            body="데이터 구매와 가공을 지원합니다.",
            kinds=["PURCHASE", "GENERAL_PROCESSING"],
            budget="1,000,000,000",
            opens_at="2020-08-03T09:00",
            closes_at="2020-08-10T18:00",
            performs_until="2020-11-30",
        )
        self.names.paths["call"] = path
        self.officer.has_to("공고를 게시하세요: 하반기 수요기업 모집")
        assert self.sme.asks(path).status_code == 404  # a draft is the agency's own
        self.officer.sends(path, "/publish")
        self.officer.need_not("공고를 게시하세요").is_told("공고했습니다: 하반기 수요기업 모집")
        guest = Page(self.app.test_client().get(path).text, path)
        guest.says("하반기 수요기업 모집", "18,000,000원", "2020. 8. 10. 18:00")
        guest.link("DV-2020 v1")
        self.happened("call:published", f"call:{self.number('call')}", "officer")

    def applies(self) -> None:
        """Step 2: a member writes and sees the shares computed; the signatory signs exactly that and submits."""
        call = self.path("call")
        split = self.member.reads(f"{call}/split?kind=PURCHASE&total=18%2C000%2C000&in_kind=0")
        split.says("13,500,000원", "4,500,000원", "1,800,000원", "6,300,000원")
        path = self.member.sends(
            f"{call}/apply",
            title="상권 분석 데이터 구매",
            plan="유동 인구와 매출을 묶어 새 점포 자리를 고른다.",
            kind="PURCHASE",
            total="18,000,000",
            supplier_id=str(self.names.viewers["supplier"].organisation_id),
            do="save",
        )
        self.names.paths["application"] = path
        self.member.reads(path).says("13,500,000원", "서명권자에게 제출을 요청하세요")
        assert self.member.forces(f"{path}/submit").status_code == 403
        self.sme.has_to("신청서를 마무리해 제출하세요: 상권 분석 데이터 구매")
        receipt = self.sme.sends(path, "/submit", submit__tax="clear", submit__declaration="y")
        self.sme.reads(receipt).says("접수번호", "상권 분석 데이터 구매", self.names.viewers["sme"].name)
        self.sme.need_not("신청서를 마무리해 제출하세요").is_told("접수되었습니다")
        self.happened("application:submitted", f"application:{self.number('application')}", "sme")

    def is_judged(self) -> None:
        """Step 3: the job asks every rule; the firm and the officer see each finding."""
        self.runs("grants.judge")
        for person in (self.sme, self.officer):
            page = person.reads(self.path("application")).says("자격 적격")
            assert page.said.count("적합") >= 14, page.said
        self.sme.is_told("신청 자격을 확인했습니다")
        self.happened("application:judged", f"application:{self.number('application')}")

    def is_awarded(self, clock_at: Any) -> None:
        """Step 4: after the deadline the officer awards and makes the agreement out."""
        clock_at(MORNING + timedelta(days=8))
        self.runs("grants.close")
        self.officer.has_to("선정 여부를 결정하세요: 1건").is_told("접수를 마감했습니다")
        path = self.path("application")
        self.officer.sends(path, "/award")
        self.runs("grants.decide", "grants.papers")
        self.sme.is_told("선정되었습니다").reads(path).says("선정되었습니다", "13,500,000원", "선정 통지서")
        self.happened("application:awarded", f"application:{self.number('application')}", "officer")
        self.officer.has_to("협약서를 만드세요: 1건")
        agreement = self.officer.sends(path, "/agreement", agreement__starts_on="2020-08-11")
        self.names.paths["agreement"] = agreement
        for person in (self.sme, self.supplier, self.officer):
            person.has_to("협약서에 서명하세요").is_told("협약서에 서명하세요")
        self.officer.need_not("협약서를 만드세요")

    def shows_who(self, name: str) -> None:
        """The worker has drawn the PDF; this person shows again who they are, and comes back to the page."""
        self.runs("papers.render")
        page = self.person(name).reads(self.path("agreement")).says("서명할 PDF 열기")
        if page.offers("/sign"):
            return
        step_up = next(href for _words, href in page.links if href.startswith("/account/step-up"))
        assert self.person(name).sends(step_up, "/account/step-up/demo") == self.path("agreement")

    def signs(self, name: str) -> None:
        """One party's signature over the bytes of the PDF on the page."""
        person = self.person(name)
        person.reads(self.path("agreement")).says("서명할 차례입니다", "13,500,000원", "4,500,000원")
        self.shows_who(name)
        person.sends(self.path("agreement"), "/sign", sign__agree="y")
        person.need_not("협약서에 서명하세요")
        self.happened("agreement:signed_by_party", f"agreement:{self.number('agreement')}", name)

    def is_agreed(self) -> None:
        """Step 5: the three sign, in any order; the last signature issues the voucher."""
        assert self.member.forces(f"{self.path('agreement')}/sign").status_code == 403
        for name in ("supplier", "officer", "sme"):
            self.signs(name)
        self.runs("grants.papers")
        page = self.sme.reads(self.path("agreement")).says("협약서")
        voucher = next(href for _words, href in page.links if re.fullmatch(r"/vouchers/\d+", href))
        self.names.paths["voucher"] = voucher
        for person in (self.sme, self.supplier, self.officer):
            person.is_told("협약이 체결되었습니다")
        self.sme.is_told("바우처가 발급되었습니다").has_to("자부담금을 입금하세요")
        self.happened("voucher:issued", f"voucher:{self.number('voucher')}", "sme")
        assert self.pots() == (0, 0, 0, 0)
        self.sme.reads(voucher).says("자부담 입금을 기다립니다", "6,300,000원")
        assert self.supplier.asks(voucher).status_code == 404

    def pays_own_share(self, reference: str = "20200812-000017") -> None:
        """Step 6: one officer enters what the bank shows, another confirms it."""
        form = f"/payments/receipts/new?voucher_id={self.number('voucher')}"
        self.settler.reads(form).says("6,300,000원")
        self.settler.sends(
            form,
            "/payments/receipts/new",
            amount="6,300,000",
            amount_again="6,300,000",
            depositor="한빛제조",
            bank_reference=reference,
        )
        self.settler.need_not("자부담 입금을 확인하세요")  # whoever entered it does not confirm it
        self.second.has_to("자부담 입금을 확인하세요")
        self.settler.reads("/payments/receipts").says("한빛제조", "6,300,000원")
        self.second.sends("/payments/receipts", "/confirm")
        self.second.need_not("자부담 입금을 확인하세요")
        self.sme.is_told("자부담 입금을 확인했습니다")
        self.happened("own_share_receipt:confirmed", "own_share_receipt:1", "second")

    def is_active(self) -> None:
        """Step 7: the job puts the money on the voucher."""
        self.runs("payments.activate")
        self.sme.is_told("바우처를 사용할 수 있습니다").has_to("바우처를 기한 안에 사용하세요")
        self.sme.need_not("자부담금을 입금하세요")
        assert self.pots() == (SUPPORT, 0, OWN + VAT, 0)
        self.sme.reads(self.path("voucher")).says("사용 가능", "지원금 13,500,000원이 소멸합니다", "19,800,000원")
        self.happened("voucher:activated", f"voucher:{self.number('voucher')}")


def _choice(page: Page, ending: str, name: str) -> str:
    """The rules of 2020 among the choices of a form."""
    page.says("DV-2020 v1")
    (chosen,) = session.scalars(select(Ruleset.id).where(Ruleset.code == "DV-2020"))
    assert str(chosen) in page.form(ending).names[name]
    return str(chosen)
