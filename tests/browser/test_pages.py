"""Every page of every role in a real browser: no accessibility violation, no word from the console, nothing cut off."""

import re
from urllib.parse import urlsplit

import pytest

from tests.house.source import ROOT

pytestmark = pytest.mark.browser
AXE = ROOT / "static" / "vendor" / "dev" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROLES = (
    "",
    "수요기업 서명권자",
    "공급기업 서명권자",
    "사업 담당관",
    "정산 담당관",
    "감사인",
    "관리자",
)
LIMIT = 60
"""Kinds of pages a role; there are fewer."""
BUILD = """() => [...new Set([...document.querySelectorAll('*')].map(
    each => each.tagName + [...each.attributes].map(a => /^(class|role)$/.test(a.name) ? a.name + a.value : a.name)
))]"""
AXE_RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false}).then(
    found => found.violations.map(each => `${each.id} ${each.nodes[0].target} ${each.help}`))"""
"""Asked for what is wrong alone: to describe all that is right takes twice as long as finding it. (`preload` would load style
sheets of other sites, of which there are none.)"""
judged: dict[str, set[str]] = {}
"""What pages of each kind were built of when they were judged: a page of nothing new is not judged again for another role."""


def kind_of(url: str) -> str:
    """Pages that differ only by an id, a filter or a code are one kind."""
    path = re.sub(r"/\d+", "/#", urlsplit(url).path)
    return re.sub(r"^/(check|invitations|sign-up/confirm|password/new)/[^/]+", r"/\1/#", path)


def is_page(link: str, site: str) -> bool:
    """Whether a link leads to a page of ours, and not to a file or a switch."""
    parts = urlsplit(link)
    files = ("/static/", "/language/")
    return (
        link.startswith(site)
        and not parts.path.startswith(files)
        and "format=csv" not in parts.query
        and not re.search(
            r"/(file|files|download|bank-file|manifest|feed)(/|$|\.)|\.(csv|pdf|txt|svg|xml)$", parts.path
        )
    )


def is_noise(message) -> bool:
    """A word of the console that a page should not cause. That a preloaded font came to be used late is the machine's."""
    return message.type in ("error", "warning") and "was preloaded" not in message.text


def test_axe_finds_what_is_wrong(browser):
    page = browser.new_page()
    page.set_content(
        "<html lang=ko><title>t</title><main><h1>t</h1><img src=x><p style='color:#ccc;background:#fff'>pale words"
    )
    page.evaluate(AXE.read_text())
    found = {each.split()[0] for each in page.evaluate(AXE_RUN, RULES)}
    page.close()
    assert {"image-alt", "color-contrast"} <= found


def violations(page, kind: str) -> list[str]:
    """What axe finds on the page at hand, and whether a phone would have to scroll sideways."""
    build = set(page.evaluate(BUILD))
    if build <= judged.get(kind, set()):
        return []
    judged.setdefault(kind, set()).update(build)
    page.evaluate(AXE.read_text())
    found = [f"{kind}: {each}" for each in page.evaluate(AXE_RUN, RULES)]
    page.set_viewport_size({"width": 360, "height": 780})
    if page.evaluate("document.documentElement.scrollWidth > 361"):
        found.append(f"{kind}: wider than a phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "손님")
def test_every_page_of_a_role_is_accessible_and_quiet(site, browser, role):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ko-KR")
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(f"{page.url}: {message.text}") if is_noise(message) else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    if role:
        page.goto(f"{site}/sign-in")
        page.locator("main form", has_text=role).get_by_role("button").first.click()
        page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    seen: set[str] = set()
    waiting = [f"{site}/", f"{site}/style"]
    found: list[str] = []
    while waiting and len(seen) < LIMIT:
        url = waiting.pop(0)
        if kind_of(url) in seen:
            continue
        seen.add(kind_of(url))
        answer = page.goto(url, wait_until="domcontentloaded")
        if answer is None or answer.status != 200:
            found.append(f"{url}: {answer and answer.status}")
            continue
        found += violations(page, kind_of(url))
        links = page.eval_on_selector_all("main a[href], header a[href], footer a[href]", "all => all.map(a => a.href)")
        waiting += [link.split("#")[0] for link in links if is_page(link, site) and kind_of(link) not in seen]
    context.close()
    assert found == []
    assert noise == []
    assert len(seen) >= 6
