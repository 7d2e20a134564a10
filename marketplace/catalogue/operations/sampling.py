"""Samples: uploaded, looked at, put into a new version."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from marketplace.catalogue.models import ColumnType, Listing, ListingSample, ListingVersion, SampleState
from marketplace.catalogue.operations.writing import ListingContent, revise_listing
from marketplace.catalogue.policies import may_revise
from marketplace.catalogue.queries import latest_version
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record

MOST_ATTEMPTS = 3
MOST_DAILY = 20


@dataclass(frozen=True)
class ShownTable:
    """A table as it is shown: its profile, and the hash and size of the copy that can be downloaded."""

    name: str
    rows: int
    columns: Sequence[Mapping[str, Any]]
    preview: Sequence[Sequence[str]]
    personal: Mapping[str, int]
    sha256: str
    byte_size: int


def upload_sample(listing_id: int, *, name: str, byte_size: int, sha256: str, recent: int, by: Viewer) -> ListingSample:
    """Note an upload that lies in quarantine; a job looks at it. `recent`: how many were uploaded for this listing today."""
    listing = locked(Listing, listing_id)
    if not may_revise(by, listing):
        raise NotYours(_("자기 기업의 상품에만 표본을 올릴 수 있습니다."))
    if recent >= MOST_DAILY:
        raise Refused(_("하루에 %(limit)s번까지 올릴 수 있습니다. 내일 다시 올리세요.", limit=MOST_DAILY), field="file")
    sample = ListingSample(
        listing_id=listing_id, name=name, byte_size=byte_size, sha256=sha256, created_by=by.person_id
    )
    session.add(sample)
    session.flush()
    record("sample:uploaded", sample, by=by, listing=listing_id, sha256=sha256)
    return sample


def begin_sample(sample_id: int) -> ListingSample | None:
    """Count an attempt to read it before it is read; None where there is nothing to do any more."""
    sample = locked(ListingSample, sample_id)
    if sample.state != SampleState.WAITING:
        return None
    if sample.attempts >= MOST_ATTEMPTS:
        refuse_sample(sample_id, N_("파일을 읽다가 여러 번 멈췄습니다. 더 작은 표본을 올리세요."), {})
        return None
    sample.attempts += 1
    return sample


def show_sample(sample_id: int, tables: Sequence[ShownTable]) -> ListingSample:
    """What the job saw."""
    sample = locked(ListingSample, sample_id)
    sample.advance(to=SampleState.READY)
    sample.tables, sample.profiled_at = [asdict(table) for table in tables], clock.now()
    record("sample:profiled", sample, by=SYSTEM, tables=len(tables), personal=sum(map(_personal, sample.tables)))
    return sample


def refuse_sample(sample_id: int, words: str, values: Mapping[str, Any]) -> ListingSample:
    """Why it cannot be shown, as a message id and its values."""
    sample = locked(ListingSample, sample_id)
    sample.advance(to=SampleState.REFUSED)
    sample.problem, sample.profiled_at = {"words": words, "values": dict(values)}, clock.now()
    record("sample:refused", sample, by=SYSTEM, reason=words)
    return sample


def note_settled(sample_id: int, *, kept: bool) -> None:
    """The upload is out of quarantine."""
    sample = locked(ListingSample, sample_id)
    sample.upload = "kept" if kept else "removed"
    record(f"sample:upload_{sample.upload}", sample, by=SYSTEM, sha256=sample.sha256)


def attach_sample(listing_id: int, sample_id: int, *, fill: bool, since: int, by: Viewer) -> ListingVersion:
    """Write a new version that shows this sample; `fill` takes columns that the dictionary lacks out of its first table."""
    sample = locked(ListingSample, sample_id)
    if sample.listing_id != listing_id or sample.state != SampleState.READY:
        raise Refused(_("이 상품에서 보여 줄 수 있는 표본이 아닙니다."))
    content = replace(content_of(latest_version(listing_id)), sample_id=sample_id)
    if fill:
        content = replace(content, dictionary=filled_dictionary(content.dictionary, sample.tables[0]["columns"]))
    return revise_listing(listing_id, content, since=since, by=by)


def content_of(version: ListingVersion) -> ListingContent:
    """What a version says, to be said again with a change."""
    return ListingContent(**{each.name: getattr(version, each.name) for each in fields(ListingContent)})


def filled_dictionary(known: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The dictionary with the columns that it lacks; what a person wrote stays as it is."""
    names = {name for row in known for name in (row.get("name_ko"), row.get("name_en")) if name}
    rows = [dict(row) for row in known]
    for column in columns:
        if column["name"] not in names:
            english = column["name"].isascii()
            rows.append(
                {
                    "name_ko": "" if english else column["name"],
                    "name_en": column["name"] if english else "",
                    "type": column["type"] if column["type"] in list(ColumnType) else ColumnType.TEXT.value,
                    "unit": "",
                    "description": "",
                    "sample": str(column["top"][0][0])[:100] if column["top"] else "",
                }
            )
    return rows


def _personal(table: Mapping[str, Any]) -> int:
    return sum(table["personal"].values())
