"""Verbs of programmes: load and publish rules, open and close a programme year."""

import hashlib
import json
from datetime import date
from typing import Any

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.programmes import policies, queries, rules
from marketplace.programmes.models import Programme, ProgrammeState, Ruleset, RulesetState


def _require(may: bool) -> None:
    if not may:
        raise NotYours(_("사업 담당자만 할 수 있습니다."))


def load_ruleset(document: dict[str, Any], *, by: Viewer) -> Ruleset:
    """Keep what a ruleset file says, once it is valid, as a draft. The same content again is the same row.

    Raises Refused with every mistake of the file, or where the version is taken by other content.
    """
    _require(policies.may_manage_rules(by))
    try:
        parsed = rules.parse_ruleset(document)
    except rules.RulesetInvalid as invalid:
        raise Refused(_("규정 파일에 잘못이 있습니다: %(mistakes)s", mistakes=str(invalid)), field="file") from invalid
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    known = session.scalars(
        select(Ruleset).where(Ruleset.code == parsed.code, Ruleset.version == parsed.version)
    ).one_or_none()
    if known is not None and known.sha256 == sha256:
        return known
    row = Ruleset(
        code=parsed.code,
        version=parsed.version,
        year=parsed.year,
        title=parsed.title.ko,
        title_en=parsed.title.en,
        content=json.loads(text),
        sha256=sha256,
    )
    session.add(row)
    session.flush()
    record("ruleset:loaded", row, by=by, code=row.code, version=row.version, sha256=sha256)
    return row


def publish_ruleset(ruleset_id: int, *, by: Viewer) -> Ruleset:
    """Make a ruleset binding: from now on it never changes, and new programmes may run under it."""
    _require(policies.may_manage_rules(by))
    row = locked(Ruleset, ruleset_id)
    row.advance(to=RulesetState.PUBLISHED)
    row.published_at = clock.now()
    row.published_by = by.person_id
    record("ruleset:published", row, by=by, sha256=row.sha256)
    return row


def open_programme(
    ruleset_id: int, *, code: str, budget_minor: int, starts_on: date, ends_on: date, by: Viewer
) -> Programme:
    """Open a programme year under a published ruleset: its budget is posted to the pool that vouchers draw on."""
    _require(policies.may_manage_rules(by))
    row = locked(Ruleset, ruleset_id)
    if row.state != RulesetState.PUBLISHED:
        raise Refused(_("공표된 규정으로만 사업을 열 수 있습니다. 먼저 규정을 공표하세요."), field="ruleset_id")
    if ends_on <= starts_on:
        raise Refused(_("종료일은 시작일보다 뒤여야 합니다."), field="ends_on")
    programme = Programme(
        code=code,
        name=row.title,
        name_en=row.title_en,
        year=row.year,
        unit=queries.parsed(row).unit,
        budget_minor=budget_minor,
        ruleset_id=row.id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    session.add(programme)
    session.flush()
    programme.advance(to=ProgrammeState.OPEN)
    post(
        Move("fund", programme.id, programme.id, budget_minor, programme.unit),
        key=f"{programme.subject}:fund",
    )
    record("programme:opened", programme, by=by, budget_minor=budget_minor)
    return programme


def close_programme(programme_id: int, *, by: Viewer) -> Programme:
    """End a programme year. The page that calls it has shown that no voucher is left running; rooms above check that."""
    _require(policies.may_manage_rules(by))
    programme = locked(Programme, programme_id)
    programme.advance(to=ProgrammeState.CLOSED)
    record("programme:closed", programme, by=by)
    return programme
