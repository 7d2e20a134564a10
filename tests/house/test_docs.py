"""What the documents say is true."""

import re

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
    from marketplace import cli, demo  # noqa: F401
    from marketplace.accounts.commands import cli as accounts
    from marketplace.catalogue.commands import cli as catalogue
    from marketplace.demo.commands import cli as demo_commands
    from marketplace.evaluation.commands import cli as evaluation
    from marketplace.ledger.commands import cli as ledger
    from marketplace.matchday.commands import cli as matchday
    from marketplace.matching.commands import cli as matching
    from marketplace.papers.commands import cli as papers
    from marketplace.programmes.commands import cli as programmes
    from marketplace.search.commands import cli as search

    rooms = (accounts, catalogue, demo_commands, evaluation, ledger, matchday, matching, papers, programmes, search)
    groups = {group.name: group for group in (cli.database, cli.jobs_group, *rooms)}
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for group, command in re.findall(r"flask(?: --app wsgi)? (\w+) ([a-z][a-z-]+)", page.read_text()):
            assert command in groups[group].commands, (page.name, group, command)
