"""A call's form with a question of every kind, files as bytes, and a call that asks it."""

import io
import zipfile
from typing import Any

from marketplace.core.db import transaction
from marketplace.core.storage import storage
from marketplace.core.viewer import Viewer
from marketplace.grants import operations
from marketplace.grants.operations import Kept
from marketplace.grants.rules import Choice, Condition, Form, Question, Section
from tests.grants import makers

FORM = Form(
    (
        Section(
            code="plan",
            title="추진 계획",
            title_en="Plan",
            questions=(
                Question(
                    code="goal", kind="long", label="과제 목표", label_en="Goal", required=True, least=5, most=200
                ),
                Question(code="staff", kind="number", label="참여 인원", most=100),
                Question(code="abroad", kind="yes_no", label="해외 데이터를 쓰나요?", required=True),
                Question(
                    code="where",
                    kind="short",
                    label="어느 나라인가요?",
                    required=True,
                    shown_when=Condition(question="abroad", value="yes"),
                ),
            ),
        ),
        Section(
            code="papers",
            title="제출 서류",
            title_en="Papers",
            questions=(
                Question(
                    code="field",
                    kind="choice",
                    label="활용 분야",
                    choices=(Choice(code="ai", label="인공지능"), Choice(code="stat", label="통계")),
                ),
                Question(code="slides", kind="file", label="발표자료", label_en="Slides", required=True, most=1),
            ),
        ),
    )
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def packed(**members: bytes) -> bytes:
    """A ZIP archive; '__' in a name stands for a slash, '_' before the last part of a name for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def hwpx() -> bytes:
    return packed(mimetype=b"application/hwp+zip", Contents__section0=b"<x/>")


def xlsx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


def kept(data: bytes = PDF, name: str = "발표자료.pdf", kind: str = "pdf") -> Kept:
    """A file in storage."""
    sha256, size = storage().put(io.BytesIO(data))
    return Kept(name=name, kind=kind, bytes=size, sha256=sha256)


def make_asking_call(programme_id: int, officer: Viewer, form: Form = FORM, **facts: Any) -> int:
    """A published call that asks `form`."""
    call_id = makers.make_call(programme_id, officer=officer, publish=False, **facts)
    with transaction():
        operations.change_form(call_id, lambda _before: form, by=officer)
    with transaction():
        operations.publish_call(call_id, by=officer)
    return call_id


def answer(
    application_id: int, by: Viewer, section: str = "plan", seen: dict[str, int] | None = None, **typed: str
) -> Any:
    """Save answers as the page does."""
    with transaction():
        return operations.save_answers(
            application_id, section, {code: [value] for code, value in typed.items()}, seen or {}, by=by
        )


def make_answered(call_id: int, sme: Viewer, supplier: Viewer) -> int:
    """A draft that lacks nothing."""
    application_id = makers.make_application(call_id, sme=sme, supplier=supplier, submit=False)
    answer(application_id, sme, goal="불량을 반으로 줄인다.", abroad="no")
    with transaction():
        operations.attach_file(application_id, "slides", kept(), by=sme)
    return application_id
