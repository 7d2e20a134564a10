"""One world with a case in every stage, for the authorisation matrix: who asks, and what stands in the addresses."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from flask import current_app
from sqlalchemy import select

from marketplace.accounts import operations as accounts
from marketplace.accounts.models import MemberRole, Membership, Organisation, Person, SignInSession
from marketplace.accounts.queries import link_token
from marketplace.amendments import operations as changes
from marketplace.amendments.models import ChangeEvidence, ChangeKind
from marketplace.catalogue.views.saving import stop_key
from marketplace.core import clock
from marketplace.core.db import Base, session, transaction
from marketplace.core.jobs import run_all
from marketplace.core.storage import storage
from marketplace.core.viewer import Role, Viewer
from marketplace.delivery.models import DeliveryFile
from marketplace.evaluation import operations as evaluation
from marketplace.evaluation.models import Decision, ScoreSheet, ScreeningFlag
from marketplace.grants import operations as grant_operations
from marketplace.grants import queries as grants
from marketplace.grants.models import Application, CertificateKind, EligibilityFinding
from marketplace.grants.operations import Certificate, ask_about_call, bring_certificate
from marketplace.matchday import operations as matchday
from marketplace.matchday.models import MatchingDayPair
from marketplace.matching import operations as matching
from marketplace.matching.models import Shortlist
from marketplace.notices.models import Notice
from marketplace.notices.operations import notify
from marketplace.orders import operations as ordering
from marketplace.orders.models import PurchaseOrder
from marketplace.papers.models import Paper
from marketplace.payments import operations as pay
from marketplace.payments.gateway import Picture
from marketplace.payments.models import Payout
from marketplace.payments.rules import StatementLine
from marketplace.programmes.models import Programme
from marketplace.programmes.operations import load_ruleset
from marketplace.recovery import operations as recover
from marketplace.recovery.models import Ground
from marketplace.settlement.models import ApprovalReversal, InvoiceIssue, SettlementCase
from marketplace.supervision import operations as watching
from marketplace.supervision.models import (
    Callback,
    FinalEvaluation,
    FinalReport,
    FinalReportFile,
    MidtermAnswer,
    MidtermCheck,
    MidtermFile,
    SitePhoto,
    VisitVerdict,
)
from marketplace.supervision.rules import KeptPhoto
from marketplace.suppliers.models import Designation, PriceProof
from tests import factories
from tests.catalogue import makers as catalogue
from tests.delivery import makers as delivery
from tests.evaluation import makers as evaluations
from tests.grants import forms as asking
from tests.grants import makers as calls
from tests.matchday import makers as matchdays
from tests.orders import makers as orders
from tests.payments import makers as payments
from tests.programmes.rulesets import document
from tests.settlement import makers as settlement
from tests.supervision import makers as projects


@dataclass
class World:
    """`viewers` by role (the guest is not among them); `things` by the names that the matrix uses."""

    viewers: dict[str, Viewer] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, role: str) -> Viewer:
        if role.startswith("_"):
            raise AttributeError(role)
        return self.viewers[role]


def build() -> World:
    """Everything by the real operations, in an empty database."""
    world = World()
    _people(world)
    _grant(world)
    _other_programmes(world)
    _catalogue(world)
    _matching(world)
    _matching_day(world)
    _evaluation(world)
    _trade(world)
    _changes(world)
    _people_things(world)
    _papers(world)
    session.rollback()
    return world


def _people(world: World) -> None:
    sme, other_sme = factories.make_sme(), factories.make_sme()
    supplier, other_supplier = factories.make_supplier(), factories.make_supplier()
    member = MemberRole.MEMBER
    world.viewers = {
        "sme_member": factories.make_person("구매 실무", organisation_id=sme.organisation_id, role=member),
        "sme_signatory": sme,
        "other_sme_signatory": other_sme,
        "supplier_member": factories.make_person("판매 실무", organisation_id=supplier.organisation_id, role=member),
        "supplier_signatory": supplier,
        "other_supplier_signatory": other_supplier,
        "evaluator": factories.make_person(staff=(Role.EVALUATOR,)),
        "programme_officer": factories.make_officer(),
        "settlement_officer": factories.make_settler(),
        "auditor": factories.make_auditor(),
        "administrator": factories.make_administrator(),
    }


def _proof(designation_id: int, supplier: Viewer) -> int:
    """A file that proves a price of the designated firm."""
    sha256, size = storage().put(io.BytesIO(b"%PDF-1.7 %%EOF"))
    values = {"name": "price.pdf", "kind": "pdf", "bytes": size, "sha256": sha256, "uploaded_by": supplier.person_id}
    with transaction():
        row = PriceProof(designation_id=designation_id, item="상권 데이터", **values)
        session.add(row)
        session.flush()
        return row.id


def _grant(world: World) -> None:
    """A programme with two designated suppliers; calls, applications and agreements in their stages; a voucher."""
    things, officer = world.things, world.programme_officer
    programme_id = calls.make_programme(officer=officer)
    for supplier in (world.supplier_signatory, world.other_supplier_signatory):
        calls.designate(programme_id, supplier, officer=officer)
    sides = {"sme": world.sme_signatory, "supplier": world.supplier_signatory, "officer": officer}
    voucher = calls.make_voucher(13_500_000, 4_500_000, kind="PURCHASE", programme_id=programme_id, **sides)
    agreement = grants.find_agreement_of_voucher(voucher.voucher_id)
    application = session.scalars(select(Application)).one()
    assert agreement is not None
    things |= {
        "programme": programme_id,
        "ruleset": _row(Programme, programme_id).ruleset_id,
        "voucher": voucher.voucher_id,
        "agreement": agreement.id,
        "application": application.id,
        "finding": session.scalars(select(EligibilityFinding.id).order_by(EligibilityFinding.id)).first(),
    }
    things["designation"] = session.scalars(
        select(Designation.id).where(Designation.organisation_id == world.supplier_signatory.organisation_id)
    ).one()
    things["proof"] = _proof(things["designation"], world.supplier_signatory)
    things["call"] = calls.make_call(programme_id, officer=officer)
    things["draft_call"] = calls.make_call(programme_id, officer=officer, publish=False)
    things["draft_application"] = calls.make_application(
        things["call"], sme=world.sme_signatory, supplier=world.supplier_signatory, submit=False
    )
    _asked(world, programme_id)
    with transaction():
        things["draft_ruleset"] = load_ruleset(document(2023), by=officer).id


def _changes(world: World) -> None:
    """A change that the buyer asks for, with a file."""
    sha256, size = storage().put(io.BytesIO(b"proof"))
    files = [changes.KeptFile("proof.pdf", size, sha256)]
    facts = {"reason_code": "business_need", "reason": "필요합니다.", "wanted": {"title": "새 과제", "plan": "새로"}}
    with transaction():
        request = changes.ask_change(
            world.things["agreement"], ChangeKind.SCOPE, **facts, evidence=files, by=world.sme_signatory
        )
        world.things["change"] = request.id
        session.flush()
        world.things["evidence"] = session.scalars(select(ChangeEvidence.id)).one()


def _asked(world: World, programme_id: int) -> None:
    """A call with questions, a draft that answers them with a file, a question about the call, and a certificate."""
    things, sme = world.things, world.sme_signatory
    call_id = asking.make_asking_call(programme_id, world.programme_officer)
    things["asked_application"] = asking.make_answered(call_id, sme, world.supplier_signatory)
    things["application_file"] = grants.files_of(things["asked_application"])[0].id
    day = clock.today()
    said = {"kind": CertificateKind.SIZE, "number": "1", "issued_on": day, "valid_until": day}
    with transaction():
        things["inquiry"] = ask_about_call(things["call"], "현물은 어떻게 셈하나요?", by=sme).id
        things["certificate"] = bring_certificate(Certificate(**said), asking.kept(), by=sme).id


def _other_programmes(world: World) -> None:
    """A consortium's draft with a body that was invited, and a challenge whose first stage has no results yet."""
    officer, supplier = world.programme_officer, world.supplier_signatory
    convergence = calls.make_programme(officer=officer, rules=document("ai_convergence_2020"))
    call_id = calls.make_call(convergence, officer=officer, kinds=("CONVERGENCE",))
    number = session.get_one(Organisation, supplier.organisation_id).business_number
    with transaction():
        draft = calls.draft_of(None, kind="CONVERGENCE", total_minor=100_000_000)
        application = grant_operations.save_application(call_id, draft, by=world.sme_signatory)
        invited = grant_operations.PartyDraft(
            business_number=number or "", role="PARTICIPANT", share_minor=10_000_000, work="자료 정리"
        )
        world.things["party"] = grant_operations.invite_party(application.id, invited, by=world.sme_signatory).id
    challenge = calls.make_programme(officer=officer, rules=document("ai_challenge_2020"))
    world.things["challenge_call"] = calls.make_call(challenge, officer=officer, kinds=("CHALLENGE",))


def _catalogue(world: World) -> None:
    supplier, officer = world.supplier_signatory, world.programme_officer
    world.things["listing"], _version = catalogue.make_listing(supplier, officer)
    world.things["sample"] = catalogue.make_sample(world.things["listing"], supplier)
    world.things["report"] = catalogue.make_report(world.things["listing"], world.sme_signatory)
    world.things["source"] = catalogue.make_source(officer)
    for name in ("search", "doomed_search"):
        world.things[name] = catalogue.make_saved_search(world.sme_signatory)
    world.things["stop_key"] = stop_key(world.things["search"])
    world.things["draft_listing"] = catalogue.make_draft(supplier, title="초안")


def _matching(world: World) -> None:
    """A need to all, one to the supplier alone, one that nobody was asked yet, quotes, and a question."""
    things = world.things
    with transaction():
        asked = {"title": "상권 데이터", "body": "월별 집계가 필요합니다.", "by": world.sme_signatory}
        things["need"] = matching.post_need(**asked).id
        things["own_need"] = matching.post_need(**asked, listing_id=things["listing"]).id
        line = matching.OfferLine("상권 데이터", "세트", 5, 900_000)
        offer = matching.Offer("상권 데이터 다섯 세트", (line,), 5, _in_days(30), True)
        supplier = world.supplier_signatory
        things["sealed_quote"] = matching.send_quote(things["need"], offer, by=supplier).id
        things["quote"] = matching.send_quote(things["own_need"], offer, by=supplier).id
        things["question"] = matching.ask_question(things["need"], "어느 지역인가요?", by=supplier).id
        wish = matching.Wish(title="상권 데이터", body="월별 집계가 필요합니다.")
        things["draft_need"] = matching.draft_need(wish, by=world.sme_signatory).id
    things["shortlist"] = session.scalars(select(Shortlist.id).order_by(Shortlist.id)).first()


def _matching_day(world: World) -> None:
    """A published day on which the firm's need is with the supplier, and one that takes rankings."""
    things, officer = world.things, world.programme_officer
    market = matchdays.Market(officer, things["programme"])
    things["matching_day"] = matchdays.make_scored(market)
    sides = _sides(world, things["matching_day"])
    things |= {"entry": sides[0], "seat": sides[1]}
    with transaction():
        held = {"together": True, "reason": "이어서 하는 일", "by": officer}
        things["hold"] = matchday.hold_pair(things["entry"], things["seat"], **held).id
    things["round"] = matchdays.solve(market, things["matching_day"])
    matchdays.publish(market, things["round"])
    things["pair"] = session.scalars(
        select(MatchingDayPair.id).where(
            MatchingDayPair.round_id == things["round"], MatchingDayPair.entry_id == things["entry"]
        )
    ).one()
    things["ranking_entry"], things["ranking_seat"] = _sides(world, matchdays.make_ranking(market))


def _sides(world: World, day_id: int) -> tuple[int, int]:
    entries, seats = matchdays.entries_of(day_id), matchdays.seats_of(day_id)
    return (
        next(each.id for each in entries if each.need_id == world.things["need"]),
        next(each.id for each in seats if each.organisation_id == world.supplier_signatory.organisation_id),
    )


def _evaluation(world: World) -> None:
    """A decision that is announced: another firm is in, ours waits on the reserve list and has objected."""
    things, judge = world.things, world.evaluator
    smes = {1: world.sme_signatory}
    made = evaluations.make_round(2, 4, smes=smes, officer=world.programme_officer)
    with transaction():
        facts = {"fields": [evaluations.KIND], "institution": "대학교", "by": world.programme_officer}
        evaluation.save_profile(judge.person_id or 0, **facts)
    made.evaluators.append(judge)
    seed = evaluations.seed_for(made.evaluators, judge)
    with patch("secrets.token_hex", lambda _many: seed):
        things["evaluation"] = evaluations.open_(made, places=1)
    evaluations.score_all(made, 90, 80)
    decision = evaluations.draft(made)
    things["decision"] = decision.id
    evaluations.confirm(made, decision)
    things["evaluated"] = made.applications[1]
    things["line"] = evaluations.line_of(_row(Decision, things["decision"]), made.applications[1]).id
    things["panel"] = evaluations.panel_of(made).id
    things["judge"] = judge.person_id
    things["sheet"] = session.scalars(select(ScoreSheet.id).where(ScoreSheet.person_id == judge.person_id)).first()
    with transaction():
        said = {"body": "자료가 빠졌습니다.", "by": world.sme_signatory}
        things["objection"] = evaluation.file_objection(things["decision"], made.applications[1], **said).id
        one, other = made.applications
        flag = ScreeningFlag(
            evaluation_id=things["evaluation"], application_id=one, other_id=other, weight=60, signs=[]
        )
        session.add(flag)
        session.flush()
        things["flag"] = flag.id


def _trade(world: World) -> None:
    """Orders, deliveries, an open case, one that is sent to the bank, a receipt that waits for its second look."""
    things = world.things
    parties = (world.programme_officer, world.sme_signatory, world.supplier_signatory)
    rows = (things["programme"], things["ruleset"], things["voucher"], things["listing"], 0)
    market = orders.Market(*parties, *rows)
    things["accepted_quote"] = orders.make_accepted_quote(market)
    with transaction():
        agreed = matching.draft_pre_agreement(things["accepted_quote"], by=world.sme_signatory)
        things["pre_agreement"] = agreed.id
    things["draft_order"] = orders.make_draft(market, 1)
    things["sent_order"] = orders.make_order(market, 1, accepted=False)
    things["order"] = orders.make_order(market, 4)
    waiting = orders.make_order(market, 1)
    later = {"deliver_by": orders.in_days(31)}
    things["order_change"] = orders.propose(orders.make_order(market, 1), world.sme_signatory, **later)
    with transaction():
        given = ordering.ask_return(things["voucher"], supply_minor=1_000, reason="남음", by=world.sme_signatory)
        things["voucher_return"] = given.id
    things["delivery"] = delivery.make_delivery(market, waiting)
    things["file"] = session.scalars(
        select(DeliveryFile.id).where(DeliveryFile.delivery_id == things["delivery"])
    ).one()
    things["criteria"], things["labels"] = delivery.make_criteria_and_labels(
        market, things["sent_order"], things["delivery"]
    )
    things["piece"], things["link"], things["said_file"] = delivery.make_moving(
        market, things["order"], things["file"], things["sent_order"]
    )
    things["work_objection"] = delivery.make_objection(market, things["order"])
    settlement.deliver(market, things["order"], 2)
    ready = settlement.Ready(market, things["order"])
    approved = settlement.make_approved(ready, 1)
    payments.queue()
    things["batch"] = payments.make_batch(things["programme"])
    asked = ApprovalReversal(case_id=approved, reason="시험을 위한 요청", asked_by=factories.make_settler().person_id)
    with transaction():  # asked before it was claimed, so to speak: the door is tried, not the deed
        session.add(asked)
        session.flush()
        things["reversal"] = asked.id
    things["payout"] = session.scalars(select(Payout.id)).one()
    things["case"] = settlement.make_case(ready, 1)
    things["invoice"] = _row(SettlementCase, things["case"]).invoice_id
    things["disallowance"] = settlement.make_cut(things["case"])
    things["upload"] = settlement.make_upload(ready)
    issue = InvoiceIssue(
        order_id=things["order"], supplier_id=ready.supplier.organisation_id, key="DV-TEST",
        content={"writeDate": "20200915", "invoicerCorpName": "공급", "invoiceeCorpName": "수요", "supplyCostTotal": "10",
                 "taxTotal": "1", "totalAmount": "11", "typed": []},
        asked_by=ready.supplier.person_id,
    )  # fmt: skip
    with transaction():
        session.add(issue)
        session.flush()
        things["issue"] = issue.id
    unpaid = orders.make_voucher(things["programme"], things["ruleset"], world.sme_signatory, active=False)
    things["receipt"] = payments.enter(unpaid, 6_300_000, factories.make_settler())
    _cards_and_recovery(world, orders.make_voucher(*rows[:2], world.sme_signatory, active=False))
    _supervision(world)


def _cards_and_recovery(world: World, voucher_id: int) -> None:
    """A card payment that was paid, and its refund asked for; a case of recovery that is owed, and money for it."""
    things = world.things
    officer, second, asker = factories.make_officer(), factories.make_officer(), factories.make_settler()
    with transaction():
        started = pay.start_card_payment(voucher_id, by=world.sme_signatory)
        number = things["card_payment"] = started.id
        amount = started.amount_minor
        picture = Picture("cs_1", number, "complete", True, amount, "krw", False, "pi_1", "ch_1", "card", (), None)
        pay.apply_picture(number, picture)
        things["card_refund"] = pay.ask_refund(number, "시험으로 돌려줍니다", by=asker).id
    firm = world.sme_signatory.organisation_id or 0
    copy = storage().put(io.BytesIO(b"%PDF-1.7 passbook"))[0]
    with transaction():
        line = StatementLine("MATRIX-D", clock.today(), 1000, "004", "99999999", "모르는 사람", "")
        things["deposit"] = pay.type_deposit(things["programme"], line, by=asker).id
        name = session.get_one(Organisation, firm).name
        words = {"code": "088", "account": "110123456789", "holder": name, "document": (copy, "passbook.pdf")}
        things["bank_account"] = pay.ask_account(firm, **words, by=world.sme_signatory).id
    with transaction():
        case = recover.open_case(voucher_id, firm, facts="시험을 위한 사실관계", principal_minor=1_000_000, by=officer)
        things["recovery"] = case.id
        words = {"ground": Ground.REQUIREMENT, "clause": "제1조", "since_on": clock.today(), "slight": False}
        recover.give_notice(case.id, **words, by=officer)
        recover.give_opinion(case.id, "시험 의견입니다", by=world.sme_signatory)
        recover.propose(case.id, "시험 결정입니다", bar_until_on=None, by=officer)
        recover.decide(case.id, by=second)
        programme_id = case.programme_id
        waiting = Payout(programme_id=programme_id, voucher_id=voucher_id, payee_id=firm, amount_minor=50_000)
        session.add(waiting)
        session.flush()
        words = {"amount_minor": 1000, "reason": "시험으로 상계합니다"}
        things["set_off"] = recover.propose_set_off(case.id, waiting.id, **words, by=officer).id
        words = {"depositor": "시험", "bank_reference": "MATRIX-R", "received_on": clock.today()}
        things["recovery_receipt"] = recover.enter_receipt(case.id, amount_minor=1000, **words, by=asker).id


def _supervision(world: World) -> None:
    """A report to review and an evaluation to score, an answered check, a visit with a photo, a user to call."""
    things, officer, order = world.things, world.programme_officer, _row(PurchaseOrder, world.things["order"])
    kept = storage().put(io.BytesIO(projects.png()))
    file = {"name": "photo.png", "kind": "png", "bytes": kept[1], "sha256": kept[0]}
    voucher, firm = order.voucher_id, order.organisation_id
    with transaction():
        report = FinalReport(voucher_id=voucher, organisation_id=firm, due_on=clock.today())
        session.add(report)
        session.flush()
        version = watching.submit_report(report.id, **projects.WORDS, by=world.sme_signatory)
        named = {"first_id": world.evaluator.person_id, "second_id": officer.person_id, "opened_by": officer.person_id}
        terms = {
            "criteria": [["USE", "활용", "Use", 100]],
            "marks": {"excellent": 90, "normal": 70, "insufficient": 60},
        }
        rows = {"voucher_id": voucher, "report_id": report.id, "organisation_id": firm}
        graded = FinalEvaluation(**rows, **named, **terms)
        asked = {"question": "진행 상황을 알려 주세요.", "due_on": clock.today(), "asked_by": officer.person_id}
        check = MidtermCheck(order_id=order.id, voucher_id=voucher, supplier_id=order.supplier_id, **asked)
        draw = watching.draw_callbacks(things["programme"], by=officer)
        session.add_all([FinalReportFile(version_id=version.id, **file), graded, check])
        session.flush()
        answered = {"number": 1, "progress": "절반", "percent": 50, "workers": [], "made_by": officer.person_id}
        answer = MidtermAnswer(check_id=check.id, **answered)
        session.add(answer)
        session.flush()
        session.add(MidtermFile(answer_id=answer.id, **file))
        seen = {
            "place": "서울",
            "met": "팀장",
            "workers_seen": 3,
            "seen": "작업 중입니다.",
            "verdict": VisitVerdict.FINE,
        }
        photo = KeptPhoto("photo.png", "png", 2, 2, kept[1], kept[0], kept[0])
        whole = {"visited_on": clock.today(), "photos": [photo], "by": officer}
        visit = watching.record_visit(order.id, supplier=True, **seen, **whole)
        things |= {"final_report": report.id, "final_evaluation": graded.id, "check": check.id, "visit": visit.id}
        things["midterm_file"] = session.scalars(select(MidtermFile.id)).one()
        things["report_file"] = session.scalars(select(FinalReportFile.id)).one()
        things["photo"] = session.scalars(select(SitePhoto.id)).one()
        things["callback"] = session.scalars(select(Callback.id).where(Callback.draw_id == draw.id)).first()
    things["order_voucher"] = voucher


def _people_things(world: World) -> None:
    """Memberships, invitations, bars, roles and sessions: of the buying firm, and of somebody on the staff."""
    things, sme = world.things, world.sme_signatory
    firm = sme.organisation_id or 0
    third = factories.make_person("떠날 사람", organisation_id=firm, role=MemberRole.MEMBER)
    things |= {"organisation": firm, "supplier_firm": world.supplier_signatory.organisation_id}
    things["membership"] = session.scalars(select(Membership.id).where(Membership.person_id == third.person_id)).one()
    with transaction():
        invited = accounts.invite(firm, "invited@example.com", MemberRole.MEMBER, by=sme)
        things |= {"invitation": invited.id, "invitation_token": link_token("invitation", invited.nonce)}
        things["bar"] = accounts.bar(
            world.other_sme_signatory.organisation_id or 0,
            reason="시험",
            from_on=_in_days(200),
            until_on=_in_days(300),
            by=world.programme_officer,
        ).id
    first = factories.make_administrator()
    with transaction():
        role = accounts.request_role("new@agency.example", Role.AUDITOR, by=first, name="새 동료")
        things |= {"role": role.id, "person": role.person_id}
    factories.cookie_of(third)
    things["session"] = session.scalars(
        select(SignInSession.id).where(SignInSession.person_id == third.person_id)
    ).one()
    with transaction():
        accounts.ask_reset(_row(Person, third.person_id or 0).email, "ko")


def _papers(world: World) -> None:
    """The paper of an order, made out and rendered by the jobs, and a notice to the buying firm."""
    things = world.things
    session.rollback()
    run_all(current_app._get_current_object(), "orders.issue_papers", "papers.render")  # type: ignore[attr-defined]
    paper = session.scalars(select(Paper).where(Paper.about == f"purchase_order:{things['order']}")).one()
    with transaction():
        facts = {"about": f"voucher:{things['voucher']}", "number": "DV-1"}
        notify("voucher_unfrozen", organisation_id=things["organisation"], **facts)
        things |= {"paper": paper.id, "code": paper.code}
    things["notice"] = session.scalars(select(Notice.id).order_by(Notice.id.desc())).first()


def _row(model: type[Base], identity: int) -> Any:
    return session.get_one(model, identity)


def _in_days(days: int) -> Any:
    return clock.today() + timedelta(days=days)
