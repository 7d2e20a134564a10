"""The life of a supplier: registers, is designated, lists what it sells; later it answers orders (see `orders.py`)."""

from dataclasses import replace
from typing import Any

from marketplace.catalogue import operations as catalogue
from marketplace.catalogue.models import Licence, ListingKind, PersonalData, Theme
from marketplace.catalogue.operations import ListingContent
from marketplace.core import clock
from marketplace.core.korea import josa
from marketplace.core.viewer import Viewer
from marketplace.demo import names
from marketplace.demo.clockwork import Life
from marketplace.demo.people import join
from marketplace.demo.world import VOUCHER_KIND, Seller, World, at
from marketplace.suppliers import operations as suppliers

LATE = 22
"""Of each 25 firms the last three ask in November and still wait at the end: for their papers, their prices, a mending."""


def seller(world: World, index: int) -> Life:
    """From sign-up to the listings. Every kind of fate occurs: refused, suspended, revoked, still waiting."""
    late = index % 25 >= LATE
    yield world.after(at("2020-11-10") if late else at("2020-01-14"), 0, 5 if late else 20)
    firm, english = world.names.firm(sells=True)
    viewer = join(world, firm, english, buys=False, sells=True, persona="supplier" if index == 0 else "")
    officer = world.officers[index % 2]
    asked = world.do(
        "supplier applied",
        lambda: (
            suppliers.apply_for_designation(
                world.programme_id,
                suppliers.Declaration(
                    kinds=["sale", "general_processing", "ai_processing"],
                    profile=f"{josa(firm, '은/는')} 데이터를 모으고 다듬어 여러 산업에 공급합니다.",
                    no_subcontract=True,
                    headcount=40,
                    capacity_hundredths=20_000,
                    prices=[suppliers.Price("가공 인력", "인월", 6_500_000, True, "최근 세금계산서 3건과 같습니다.")],
                ),
                by=viewer,
            ).id
        ),
    )
    reviewer = world.officers[(index + 1) % 2]
    if late:
        yield world.after(clock.now(), 0.5, 3)
        _wait(world, index, asked, reviewer)
        return
    yield world.after(clock.now(), 1, 6)
    if index % 20 == 19:
        world.do(
            "supplier refused",
            lambda: suppliers.refuse_designation(
                asked, "제공 실적 자료가 부족합니다. 보완해 다시 신청하세요.", by=officer
            ),
        )
        return
    world.do("supplier reviewed", lambda: suppliers.begin_review(asked, by=reviewer))
    world.do("supplier's documents passed", lambda: suppliers.pass_documents(asked, by=reviewer))
    world.do("supplier designated", lambda: suppliers.designate(asked, by=officer))
    listed = Seller(viewer, persona=index == 0)
    for kind in _kinds(world):
        yield from _list(world, listed, kind, officer)
    world.sellers.append(listed)
    yield from _later_fate(world, index, listed, asked, officer)


def _wait(world: World, index: int, asked: int, reviewer: Viewer) -> None:
    """How far a late application comes: every third one of the last place is not looked at."""
    if index % 75 == 74:
        return
    world.do("supplier reviewed", lambda: suppliers.begin_review(asked, by=reviewer))
    if index % 25 == LATE + 1:
        world.do("supplier's documents passed", lambda: suppliers.pass_documents(asked, by=reviewer))
    elif index % 25 == LATE + 2:
        comments = {"prices": "단가의 근거가 되는 세금계산서 번호를 적어 주세요."}
        world.do("supplier asked to mend", lambda: suppliers.request_fix(asked, comments, by=reviewer))


def _kinds(world: World) -> list[ListingKind]:
    kinds = [ListingKind.DATASET, ListingKind.GENERAL_PROCESSING, ListingKind.AI_PROCESSING]
    world.chance.shuffle(kinds)
    return kinds


def _list(world: World, listed: Seller, kind: ListingKind, officer: Viewer) -> Life:
    content = _content(world, kind)
    listing_id = world.do("listing drafted", lambda: catalogue.draft_listing(content, by=listed.viewer).id)
    yield world.after(clock.now(), 0.2, 2)
    world.do("listing submitted", lambda: catalogue.submit_for_review(listing_id, by=listed.viewer))
    yield world.after(clock.now(), 0.5, 3)
    number = 1
    if world.either(0.08):
        world.do(
            "listing returned",
            lambda: catalogue.return_listing(listing_id, 1, "단가의 근거를 적어 주세요.", by=officer),
        )
        yield world.after(clock.now(), 1, 3)
        content = replace(content, description=f"{content.description} 단가는 지난 3년의 거래 평균입니다.")
        world.do(
            "listing revised",
            lambda: catalogue.revise_listing(listing_id, content, since=1, by=listed.viewer),
        )
        world.do("listing submitted", lambda: catalogue.submit_for_review(listing_id, by=listed.viewer))
        number = 2
        yield world.after(clock.now(), 0.5, 3)
    world.do("listing published", lambda: catalogue.publish_listing(listing_id, number, by=officer))
    price = content.unit_price_minor or 0
    listed.listings.setdefault(VOUCHER_KIND[kind], []).append((listing_id, price))


def _plan(unit: str, quantity: int, price: int | None, note: str) -> dict[str, Any]:
    """A line of a price list beside the listing's own price."""
    return {"unit": unit, "from_quantity": quantity, "price_minor": price, "note": note}


def _content(world: World, kind: ListingKind) -> ListingContent:
    chance = world.chance
    subject = chance.choice(names.SUBJECT)
    what = {
        ListingKind.DATASET: names.DATASET,
        ListingKind.GENERAL_PROCESSING: names.PROCESSING,
        ListingKind.AI_PROCESSING: names.LABELLING,
    }[kind]
    title = f"{subject} {chance.choice(what)}"
    dataset = kind == ListingKind.DATASET
    prices = (800_000, 1_200_000, 1_500_000, 2_400_000, 3_000_000) if dataset else (90, 120, 150, 240, 330, 480, 700)
    return ListingContent(
        kind=kind,
        theme=Theme(names.THEMES[subject]),
        title=title,
        summary=f"{josa(subject, '을/를')} {'바로 분석할 수 있게 정리했습니다' if dataset else '맡은 대로 가공해 납품합니다'}.",
        description=f"{subject} 자료의 출처, 수집 방법, 갱신 주기와 품질 기준을 함께 드립니다.",
        unit_label="세트" if dataset else "건",
        unit_price_minor=(price := chance.choice(prices)),
        minimum_quantity=1 if dataset else 1_000,
        plans=[
            _plan("month", 1, price // 10, "매달 새로 받는 값") if dataset else _plan("record", 5_000_000, None, "견적")
        ],
        lead_days=chance.choice((3, 7, 10)) if dataset else chance.choice((14, 21, 30)),
        licence=chance.choice((Licence.INTERNAL, Licence.COMMERCIAL)),
        personal_data=PersonalData.NONE if dataset or world.either(0.8) else PersonalData.PSEUDONYMISED,
        format="CSV" if dataset else "JSON, PNG",
        coverage="2017–2019년, 전국",
        refresh="월 1회" if dataset else "",
        acceptance_criteria="결측 1 % 이하, 중복 1 % 이하" if dataset else "라벨 정확도 95 % 이상",
    )


def _later_fate(world: World, index: int, listed: Seller, asked: int, officer: Viewer) -> Life:
    """A few leave the pool: suspended for a while, suspended still, or put out."""
    if index % 30 == 7 and index > 7:
        yield at("2020-09-14")
        world.do("supplier suspended", lambda: suppliers.suspend(asked, "납품 지연 확인 중", by=officer))
        yield at("2020-09-28")
        world.do("supplier reinstated", lambda: suppliers.reinstate(asked, "소명 확인", by=officer))
    elif index % 38 == 11:
        yield at("2020-11-16")
        world.do("supplier suspended", lambda: suppliers.suspend(asked, "재하도급 의심 신고 확인 중", by=officer))
    elif index % 38 == 37:
        yield at("2020-11-12")
        world.do("supplier revoked", lambda: suppliers.revoke(asked, "재하도급 확인", by=officer))
    yield at("2020-11-17", "15:00")
    if index % 6 == 0:
        content = _content(world, ListingKind.DATASET)
        draft = world.do("listing drafted", lambda: catalogue.draft_listing(content, by=listed.viewer).id)
        if index % 12 == 0:
            world.do("listing submitted", lambda: catalogue.submit_for_review(draft, by=listed.viewer))
    elif index % 6 == 3:
        taken = next(iter(listed.listings.values()))[0][0]
        world.do("listing withdrawn", lambda: catalogue.withdraw_listing(taken, by=listed.viewer))
