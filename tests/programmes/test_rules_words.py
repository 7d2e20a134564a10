"""Every sentence and label of the rules exists in English, with the same gaps."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from marketplace.programmes.rules import difference, ruleset_rows
from tests.programmes.rulesets import YEARS, ruleset

ROOT = Path(__file__).resolve().parents[2]
GAPS = re.compile(r"%\(\w+\)s|%%")


def english():
    with (ROOT / "translations" / "en" / "programmes.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def test_every_message_of_the_rules_is_translated_and_keeps_its_gaps():
    folder = str(ROOT / "marketplace" / "programmes" / "rules")
    known = english()
    found = {each[2] for each in extract_from_dir(folder, [("**.py", "python")], keywords={"N_": None})}
    assert len(found) > 200
    for message in found:
        assert known.get(message), message
        assert sorted(GAPS.findall(message)) == sorted(GAPS.findall(known[message])), message


def test_every_row_can_be_read_in_english_without_a_korean_letter():
    known = english()
    for year in YEARS:
        for row in ruleset_rows(ruleset(year)):
            said = [known[row.section], known[row.label], row.value_text(lambda text: known.get(text, text), "en")]
            texts = [text.en for text in (row.source, row.note, row.conflict) if text is not None]
            assert not re.search("[가-힣]", " ".join(said + texts)), row.path


def test_differences_between_all_years_can_be_said():
    for old in YEARS:
        for new in YEARS:
            assert all(change.row.value_text() for change in difference(ruleset(old), ruleset(new)))
