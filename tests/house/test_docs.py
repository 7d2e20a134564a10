"""What the documents say is true."""

import re
from importlib import import_module
from importlib.util import find_spec

from marketplace import ROOMS, cli
from tests.house.source import ROOT
from tools.states import drawing


def test_the_page_of_states_is_drawn_from_the_code():
    assert (ROOT / "docs" / "states.md").read_text() == drawing()


def test_every_link_of_readme_and_docs_leads_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
            if not target.startswith(("http", "mailto")):
                assert (page.parent / target).resolve().exists(), (page.name, target)


def test_every_setting_is_in_the_example_and_every_example_is_a_setting():
    read = set(re.findall(r'_(?:text|integer)\("([A-Z_]+)"', (ROOT / "config.py").read_text()))
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert read == named


def test_every_command_that_a_document_names_exists():
    rooms = [name for room in ROOMS if find_spec(name := f"marketplace.{room}.commands")]
    groups = {
        group.name: group for group in (cli.database, cli.jobs_group, *(import_module(name).cli for name in rooms))
    }
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for group, command in re.findall(r"flask(?: --app wsgi)? (\w+) ([a-z][a-z-]+)", page.read_text()):
            assert command in groups[group].commands, (page.name, group, command)
