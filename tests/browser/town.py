"""The whole program as `make serve` runs it (web server, worker, search indexer) on a small town of invented firms, and
the people of that town at their browsers. Nothing is called here that they could not click."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from marketplace.accounts.models import Person
from marketplace.core.cluster import APP_ROLE, Cluster
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Viewer
from tests.conftest import ROOT, TEMPLATE, make_app, set_clock

START_SECONDS = 120.0
PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
WIDTH = "() => document.readyState === 'complete' && document.documentElement.scrollWidth"
SECRET = "a key for tests only, of sufficient length"


@dataclass
class Town:
    """A running `flask serve`, and a program on the same database for making firms and moving the clock."""

    port: int
    app: Flask
    process: "subprocess.Popen[bytes]"
    folder: Path
    database: str
    known: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def inside(self) -> Iterator[None]:
        """For a moment in the town's database, as operations are."""
        with self.app.app_context():
            yield
            session.remove()

    def invites(self, name: str, viewer: Viewer) -> Viewer:
        """Let this person stand on the demo's sign-in page under `name`; at most two of each role do."""
        with transaction():
            person = session.get_one(Person, viewer.person_id)
            person.name, person.email = name, f"town{viewer.person_id}@demo.invalid"
        self.known[name] = person.email
        return viewer

    def moves_clock(self, **ahead: float) -> None:
        """Business time goes on, as the owner's role may let it in a demo."""
        with self.inside():
            set_clock(self.app, **ahead)


@contextmanager
def town(cluster: Cluster, folder: Path, name: str, **settings: str) -> Iterator[Town]:
    """An empty town that is being started; `settings` are environment variables of its own."""
    cluster.clone(TEMPLATE, name)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ, "VAR_FOLDER": str(folder), "PORT": str(port), "FLASK_SKIP_DOTENV": "1", "PUBLIC_URL": "",
        "DATABASE_URL": cluster.url(APP_ROLE, name), "DATABASE_OWNER_URL": "", "SECRET_KEY": SECRET,
        "TMPDIR": str(folder / "tmp"), **settings,
    }  # fmt: skip
    (folder / "tmp").mkdir()
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(
            words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    app = make_app(cluster, name, folder)
    try:
        made = Town(port, app, process, folder, name)
        yield made
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        app.extensions["engine"].dispose()
        cluster.drop(name)


def wait_for_page(made: Town) -> None:
    """Until the first page is answered."""
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and made.process.poll() is None:
        with (
            closing(http.client.HTTPConnection("127.0.0.1", made.port, timeout=30)) as connection,
            suppress(OSError, http.client.HTTPException),
        ):
            connection.request("GET", "/sign-in")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise AssertionError((made.folder / "serve.log").read_text())


class Visitor:
    """Somebody at a browser of their own: opens pages, reads labels, presses buttons. Whatever the console says is kept."""

    def __init__(self, made: Town, browser: Any, name: str = "") -> None:
        self.town, self.name = made, name
        self.context = browser.new_context(viewport=DESK, locale="ko-KR", base_url=made.url)
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.noise: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.noise.append(f"{self.page.url}: {error}"))
        if name:
            self.enters()

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and "was preloaded" not in message.text:
            self.noise.append(f"{self.page.url}: {message.text}")

    def enters(self) -> None:
        """In by the door of the demo: the person's own button."""
        self.page.goto("/sign-in")
        if "sign-in" not in self.page.url:
            return  # is still in
        self.page.get_by_role("button", name=f"{self.name}(으)로 들어가기").click()
        self.page.wait_for_url(re.compile(r"^(?!.*sign-in)"))

    def opens(self, path: str) -> "Visitor":
        self.page.goto(path)
        return self

    def goes_to(self, words: str) -> "Visitor":
        """By the menu at the top."""
        menu = self.page.get_by_role("navigation", name="주요 메뉴").locator("visible=true")
        link = self.page.get_by_role("link", name=words, exact=True, include_hidden=True)
        group = menu.locator("details.nav-group").filter(has=link)
        if group.count() and not group.first.get_attribute("open"):
            group.first.locator("summary").click()
        menu.get_by_role("link", name=words, exact=True).click()
        return self

    def follows(self, words: str) -> "Visitor":
        """Press the first link of the page's own part that says so."""
        self.page.locator("main").get_by_role("link", name=words).first.click()
        return self

    def presses(self, words: str, within: Any = None) -> "Visitor":
        """Press the button of the page's own part."""
        (within or self.page.locator("main")).get_by_role("button", name=words, exact=True).first.click()
        return self

    def agrees_to(self, words: str, **typed: str) -> "Visitor":
        """Open a question that asks twice, fill in what it asks, and press the button of the same name."""
        asked = self.page.locator("details.confirm", has=self.page.locator("summary", has_text=words))
        asked.locator("summary").click()
        for label, text in typed.items():
            asked.get_by_label(label).fill(text)
        return self.presses(words, asked)

    def fills(self, typed: dict[str, str], within: Any = None) -> "Visitor":
        """Type into the fields with these labels; a tick, a dot or a choice is made where the label has one."""
        place = within or self.page.locator("main")
        for label, text in typed.items():
            box = place.get_by_label(re.compile(rf"^\s*{re.escape(label)}(\s*\((선택|optional)\))?\s*$")).first
            kind = box.evaluate("each => each.type || each.tagName.toLowerCase()")
            if kind in ("checkbox", "radio"):
                box.check()
            elif kind.startswith("select"):
                box.select_option(label=text)
            else:
                box.fill(text)
        return self

    def reads(self, *words: str) -> "Visitor":
        """All of this is to be seen, now or within the default wait."""
        for each in words:
            try:
                self.page.locator("main, .flashes").get_by_text(each).locator("visible=true").first.wait_for()
            except Exception as late:  # only Chromium's driver knows this class, and may not be there
                if type(late).__name__ != "TimeoutError":
                    raise
                raise AssertionError(f"{self.page.url} does not say {each!r}:\n{self.text()}") from None
        return self

    def part(self, heading: str) -> Any:
        """The part of the page under this heading."""
        return self.page.locator("main section", has=self.page.get_by_role("heading", name=heading, exact=True))

    def searches(self, words: str) -> "Visitor":
        """Type into the box at the top of every page."""
        self.page.get_by_role("banner").get_by_label("찾을 말").locator("visible=true").fill(words)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/catalogue?**")
        return self

    def text(self) -> str:
        return " ".join(" ".join(self.page.locator(".flashes, main").all_inner_texts()).split())

    def waits_for(self, words: str, seconds: float) -> float:
        """Load the page again until it says so; returns how long that took."""
        began = time.monotonic()
        while words not in self.text():
            assert time.monotonic() - began < seconds, f"no {words!r} within {seconds} s:\n{self.text()}"
            time.sleep(0.1)
            self.page.reload()
        return time.monotonic() - began

    def looks(self, name: str) -> "Visitor":
        """At a desk and on a phone the page must not scroll sideways. Pictures of it go into the folder LOOKS, if any."""
        for device, size in (("desk", DESK), ("phone", PHONE)):
            self.page.set_viewport_size(size)
            if folder := os.environ.get("LOOKS"):
                self.page.screenshot(path=Path(folder) / f"{name}-{device}.png", full_page=True)
            wide = self.page.wait_for_function(WIDTH).json_value()  # asked of a page, and not between two
            assert wide <= size["width"] + 1, f"{name} is {wide} px wide on a {device}"
        self.page.set_viewport_size(DESK)
        return self
