"""What the shell around every page needs to know."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import current_app, request, session, url_for
from werkzeug.routing import BuildError

from marketplace.core import clock
from marketplace.core.db import is_demo
from marketplace.core.i18n import LANGUAGES, N_, _, language
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import viewer


@dataclass(frozen=True)
class Link:
    """A link of the shell. `current`: 'page' on that very page, 'true' on a page under it, '' elsewhere."""

    label: str
    url: str
    current: str = ""
    code: str = ""


@dataclass(frozen=True)
class Group:
    """Links of the menu that belong together; without a label they stand by themselves."""

    label: str
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        return any(link.current for link in self.links)


MOST_FLAT = 8
"""So many links stand side by side at the narrowest wide screen, in either language; more are put into groups."""
GRANTS, MARKET, MONEY, BASICS = N_("사업·협약"), N_("시장"), N_("발주·정산"), N_("규정·명단")
GROUPS = {
    "grants.calls": GRANTS,
    "grants.applications": GRANTS,
    "evaluation.index": GRANTS,
    "grants.agreements": GRANTS,
    "amendments.index": GRANTS,
    "front.programmes": GRANTS,
    "catalogue.index": MARKET,
    "catalogue.mine": MARKET,
    "matching.index": MARKET,
    "matchday.index": MARKET,
    "catalogue.demand": MARKET,
    "catalogue.reviews": MARKET,
    "front.vouchers": MONEY,
    "orders.index": MONEY,
    "settlement.invoices": MONEY,
    "settlement.cases": MONEY,
    "payments.mine": MONEY,
    "payments.receipts": MONEY,
    "payments.batches": MONEY,
    "payments.accounts": MONEY,
    "supervision.index": MONEY,
    "recovery.index": MONEY,
    "programmes.rulesets": BASICS,
    "suppliers.index": BASICS,
    "accounts.organisations": BASICS,
}
"""Where a link stands in a long menu; who is not here stands by itself."""

NAVIGATION: tuple[tuple[str, str, frozenset[Role] | None], ...] = (
    (N_("첫 화면"), "front.home", None),
    (N_("공고"), "grants.calls", None),
    (N_("상품 찾기"), "catalogue.index", None),
    (N_("내 신청"), "grants.applications", frozenset({Role.SME_MEMBER})),
    (N_("바우처"), "front.vouchers", frozenset({Role.SME_MEMBER})),
    (N_("내 상품"), "catalogue.mine", frozenset({Role.SUPPLIER_MEMBER})),
    (N_("요청·견적"), "matching.index", frozenset({Role.SME_MEMBER, Role.SUPPLIER_MEMBER})),
    (
        N_("매칭데이"),
        "matchday.index",
        frozenset({Role.SME_MEMBER, Role.SUPPLIER_MEMBER, Role.PROGRAMME_OFFICER, Role.AUDITOR}),
    ),
    (N_("수요 게시판"), "catalogue.demand", frozenset({Role.SUPPLIER_MEMBER, Role.PROGRAMME_OFFICER})),
    (N_("협약"), "grants.agreements", frozenset({Role.SME_MEMBER, Role.SUPPLIER_MEMBER, Role.PROGRAMME_OFFICER})),
    (N_("발주"), "orders.index", frozenset({Role.SME_MEMBER, Role.SUPPLIER_MEMBER})),
    (N_("세금계산서"), "settlement.invoices", frozenset({Role.SUPPLIER_MEMBER})),
    (N_("지급"), "payments.mine", frozenset({Role.SME_MEMBER, Role.SUPPLIER_MEMBER})),
    (N_("신청 심사"), "grants.applications", frozenset({Role.PROGRAMME_OFFICER})),
    (
        N_("평가"),
        "evaluation.index",
        frozenset({Role.EVALUATOR, Role.PROGRAMME_OFFICER, Role.AUDITOR}),
    ),
    (
        N_("협약 변경"),
        "amendments.index",
        frozenset({Role.SME_MEMBER, Role.SUPPLIER_MEMBER, Role.PROGRAMME_OFFICER, Role.AUDITOR}),
    ),
    (N_("사업 현황"), "front.programmes", frozenset({Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER, Role.AUDITOR})),
    (N_("규정"), "programmes.rulesets", None),
    (N_("공급기업 명단"), "suppliers.index", None),
    (N_("자부담 입금"), "payments.receipts", frozenset({Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER})),
    (N_("정산"), "settlement.cases", frozenset({Role.SETTLEMENT_OFFICER})),
    (N_("지급 파일"), "payments.batches", frozenset({Role.SETTLEMENT_OFFICER})),
    (N_("기업 계좌"), "payments.accounts", frozenset({Role.SETTLEMENT_OFFICER, Role.AUDITOR})),
    (
        N_("감리·최종평가"),
        "supervision.index",
        frozenset(
            {
                Role.SME_MEMBER,
                Role.SUPPLIER_MEMBER,
                Role.EVALUATOR,
                Role.PROGRAMME_OFFICER,
                Role.SETTLEMENT_OFFICER,
                Role.AUDITOR,
            }
        ),
    ),
    (
        N_("환수·제재"),
        "recovery.index",
        frozenset(
            {Role.SME_MEMBER, Role.SUPPLIER_MEMBER, Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER, Role.AUDITOR}
        ),
    ),
    (N_("상품 검토"), "catalogue.reviews", frozenset({Role.PROGRAMME_OFFICER})),
    (N_("기업 명단"), "accounts.organisations", frozenset({Role.PROGRAMME_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR})),
    (N_("감사"), "audit.index", frozenset({Role.AUDITOR})),
    (N_("사람과 역할"), "accounts.staff", frozenset({Role.ADMINISTRATOR})),
)


@dataclass
class Shell:
    """The words and links of templates/base.html for one request."""

    viewer: Viewer

    locale = property(lambda self: language())
    mode = property(lambda self: session.get("mode", "normal"))
    is_demo = property(lambda self: is_demo())
    today = property(lambda self: clock.today())
    home_url = property(lambda self: url_for("front.home"))
    search_text = property(lambda self: request.args.get("q", ""))
    mode_url = property(lambda self: _url("front.choose_mode"))
    account_url = property(lambda self: _url("accounts.me"))
    searches_url = property(lambda self: _url("catalogue.saved_searches"))
    sign_in_url = property(lambda self: _url("accounts.sign_in"))
    sign_up_url = property(lambda self: _url("accounts.sign_up"))
    sign_out_url = property(lambda self: _url("accounts.sign_out"))
    search_url = property(lambda self: _url("catalogue.index"))
    complete_url = property(lambda self: _url("catalogue.complete"))

    @property
    def tasks_url(self) -> str:
        return url_for("front.home") if self.viewer.is_authenticated else ""

    @cached_property
    def navigation(self) -> list[Group]:
        """The pages of the viewer's roles, each once; in groups where they are too many for one line."""
        found = _pages_of(self.viewer)
        here = max((url for url in found if url != "/" and _under(url)), key=len, default=self.home_url)
        groups: dict[str, list[Link]] = {"front.home": [], GRANTS: [], MARKET: [], MONEY: [], BASICS: []}
        for url, (label, endpoint) in found.items():
            group = GROUPS.get(endpoint, endpoint) if len(found) > MOST_FLAT else endpoint
            current = "" if url != here else "page" if request.path == url else "true" if url != "/" else ""
            groups.setdefault(group, []).append(Link(_(label), url, current))
        named = GROUPS.values()
        return [Group(_(label) if label in named else "", tuple(links)) for label, links in groups.items() if links]

    @property
    def language_links(self) -> list[Link]:
        """The same page in the other language."""
        here = request.full_path.rstrip("?")
        return [
            Link(
                name, url_for("front.choose_language", code=code, next=here), "true" if code == language() else "", code
            )
            for code, name in LANGUAGES.items()
        ]

    @property
    def footer_links(self) -> list[Link]:
        return []


def _pages_of(viewer: Viewer) -> dict[str, tuple[str, str]]:
    """Address -> label and endpoint of the pages of the viewer's roles. Found once for the same roles: making addresses was a
    seventh of every page."""
    known: dict[Any, dict[str, tuple[str, str]]] = current_app.extensions.setdefault("pages_of_roles", {})
    key = (request.script_root, viewer.roles)
    if key not in known:
        found: dict[str, tuple[str, str]] = {}
        for label, endpoint, roles in NAVIGATION:
            url = _url(endpoint)
            if url and (roles is None or viewer.has(*roles)) and url not in found:
                found[url] = (label, endpoint)
        known[key] = found
    return known[key]


def _under(url: str) -> bool:
    """Whether the page that is asked for is this one, or stands under it."""
    return request.path == url or request.path.startswith(f"{url.rstrip('/')}/")


def _url(endpoint: str) -> str:
    try:
        return url_for(endpoint)
    except BuildError:
        return ""


def shell_of_request() -> Shell:
    """The shell for the person who asks."""
    return Shell(viewer())
