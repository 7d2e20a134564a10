"""Writing the answers of an application, section by section: saved as they are typed, files, history, who writes what."""

from datetime import datetime
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, request, send_file, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import transaction
from marketplace.core.documents import LARGEST_FILE
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, page_number, refuse_on, render, viewer
from marketplace.grants import gateway, operations, policies, queries
from marketplace.grants.forms import ConfirmForm, UploadForm, WritersForm, answer_form
from marketplace.grants.models import Application
from marketplace.grants.operations import Saved
from marketplace.grants.rules import PROJECT, time_left
from marketplace.grants.views.blueprint import bp
from marketplace.grants.views.page import application_page

Answer = str | tuple[str, int] | Response | tuple[Response, int] | BaseResponse
TYPES = {
    "pdf": "application/pdf",
    "hwpx": "application/hwp+zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _application(application_id: int) -> Application:
    return queries.find_application_seen_by(viewer(), application_id) or abort(404)


def may_write(row: Application, section: str) -> bool:
    """Whether the viewer may write this section, whatever the clock says."""
    return policies.may_write_section(viewer(), row, queries.writers_of(row.id).get(section))


def wants_autosave() -> bool:
    """Whether the page saves by itself and reads JSON."""
    return request.headers.get("X-Autosave") == "1"


def spoken_now() -> str:
    """The time of day for 'saved at'."""
    now: datetime = clock.now().astimezone(clock.SEOUL)
    return f"{now:%H:%M:%S}"


def said_of(form: Any) -> list[str]:
    """Every sentence on a form that was refused."""
    return [*form.form_errors, *(words for field in form for words in field.errors)]


@bp.get("/applications/<int:application_id>/sections/<section_code>")
@login_required
def edit_section(application_id: int, section_code: str) -> str:
    row = _application(application_id)
    allow(may_write(row, section_code))
    return _section_page(row, section_code)


def _section_page(row: Application, code: str, typed: Any = None, saved: Saved | None = None, **refused: Any) -> str:
    call = queries.get_call(row.call_id)
    asked = queries.form_of(call, row.call_version)
    section = asked.section(code) or abort(404)
    given = queries.given_of(row.id)
    form = answer_form(section.questions, {code: each.value for code, each in given.items()}, typed)
    for question, words in {**(saved.refused if saved else {}), **(saved.conflicts if saved else {})}.items():
        form[f"a-{question}"].errors = [words]
    place = [each.code for each in asked.sections].index(code)
    return render(
        "grants/edit_section.html",
        application=row,
        call=call,
        asked=asked,
        section=section,
        before=asked.sections[place - 1].code if place else "",
        after=asked.sections[place + 1].code if place + 1 < len(asked.sections) else "",
        form=form,
        versions={
            question.code: given[question.code].version if question.code in given else 0
            for question in section.questions
        },
        files=queries.files_of(row.id),
        fix=queries.find_open_fix(row.id),
        upload_form=refused.get("upload_form") or UploadForm(formdata=None),
        limit=LARGEST_FILE,
        left=time_left(queries.database_now(), call.closes_at),
    )


@bp.post("/applications/<int:application_id>/sections/<section_code>")
@login_required
def save_section(application_id: int, section_code: str) -> Answer:
    row = _application(application_id)
    allow(may_write(row, section_code))
    form = ConfirmForm()
    if not form.validate():
        return (
            _said(_("화면을 새로 고친 뒤 다시 보내세요."), 400)
            if wants_autosave()
            else (_section_page(row, section_code), 422)
        )
    try:
        with transaction():
            saved = operations.save_answers(application_id, section_code, _typed(), _seen(), by=viewer())
    except Refused as refusal:
        if wants_autosave():
            return _said(str(refusal), refusal.status)
        flash(str(refusal), "error")
        return _section_page(_application(application_id), section_code, request.form), refusal.status
    return _answered(application_id, section_code, saved)


def _typed() -> dict[str, list[str]]:
    """Question -> what was typed. A box without a tick sends nothing, so the page names its questions."""
    named = [name[2:] for name in request.form if name.startswith("v-")]
    return {code: request.form.getlist(f"a-{code}") for code in named}


def _seen() -> dict[str, int]:
    """Question -> the version that the writer had before them."""
    versions = {name[2:]: words for name, words in request.form.items() if name.startswith("v-")}
    return {
        code: int(words) for code, words in versions.items() if words.isascii() and words.isdigit() and len(words) < 10
    }


def _said(sentence: str, status: int) -> tuple[Response, int]:
    return jsonify(sentence=sentence), status


def _answered(application_id: int, code: str, saved: Saved) -> Answer:
    if wants_autosave():
        errors = {f"a-{question}": words for question, words in {**saved.refused, **saved.conflicts}.items()}
        versions = {
            f"v-{question}": version for question, version in saved.versions.items() if question not in saved.conflicts
        }
        body = jsonify(versions=versions, errors=errors, time=spoken_now(), sentence=" ".join(saved.conflicts.values()))
        return body, 409 if saved.conflicts else 200
    if saved.refused or saved.conflicts:
        page = _section_page(_application(application_id), code, request.form, saved)
        return page, 409 if saved.conflicts else 422
    flash(_("저장했습니다."), "success")
    following = request.form.get("next", "")
    if following and len(following) <= 40:
        return redirect(url_for(".edit_section", application_id=application_id, section_code=following), 303)
    return redirect(url_for(".application", application_id=application_id), 303)


@bp.post("/applications/<int:application_id>/files/<file_question>")
@login_required
def attach_file(application_id: int, file_question: str) -> Answer:
    row = _application(application_id)
    call = queries.get_call(row.call_id)
    section = queries.form_of(call, row.call_version).section_of(file_question) or abort(404)
    allow(may_write(row, section))
    form = UploadForm()
    if form.validate():
        try:
            file = gateway.keep(form.file.data or None)
            with transaction():
                operations.attach_file(application_id, file_question, file, by=viewer())
            flash(_("파일을 붙였습니다: %(name)s", name=file.name), "success")
            return redirect(url_for(".edit_section", application_id=application_id, section_code=section), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _section_page(_application(application_id), section, upload_form=form), 422


@bp.post("/applications/<int:application_id>/files/<int:file_id>/remove")
@login_required
def remove_file(application_id: int, file_id: int) -> Answer:
    row = _application(application_id)
    file = queries.find_file_of(application_id, file_id) or abort(404)
    section = queries.form_of(queries.get_call(row.call_id), row.call_version).section_of(file.question)
    allow(may_write(row, section))
    if ConfirmForm().validate():
        try:
            with transaction():
                operations.remove_file(application_id, file_id, by=viewer())
            flash(_("파일을 뺐습니다."), "success")
        except Refused as refusal:
            flash(str(refusal), "error")
    if not section:
        return redirect(url_for(".application", application_id=application_id), 303)
    return redirect(url_for(".edit_section", application_id=application_id, section_code=section), 303)


@bp.get("/applications/<int:application_id>/files/<int:file_id>")
@login_required
def application_file(application_id: int, file_id: int) -> Response:
    row = _application(application_id)
    allow(policies.may_see_application(viewer(), row))
    file = queries.find_file_of(application_id, file_id) or abort(404)
    return send_file(
        gateway.opened(file.sha256), mimetype=TYPES[file.kind], as_attachment=True, download_name=file.name, etag=False
    )


@bp.get("/applications/<int:application_id>/history")
@login_required
def application_history(application_id: int) -> str:
    row = _application(application_id)
    allow(policies.may_see_application(viewer(), row))
    call = queries.get_call(row.call_id)
    return render(
        "grants/application_history.html",
        application=row,
        call=call,
        asked=queries.form_of(call, row.call_version),
        page=queries.revisions_page(application_id, page=page_number()),
        signatures=queries.signatures_of_application(application_id),
    )


@bp.get("/applications/<int:application_id>/writers")
@login_required
def application_writers(application_id: int) -> str:
    row = _application(application_id)
    allow(policies.may_submit_application(viewer(), row))
    return _writers_page(row)


def _writers_page(row: Application, refused: tuple[str, Any] | None = None) -> str:
    asked = queries.form_of(queries.get_call(row.call_id))
    members = [(each.person_id, each.name) for each in accounts.members_of(row.organisation_id)]
    now = queries.writers_of(row.id)
    forms = {}
    for code in (PROJECT, *(section.code for section in asked.sections)):
        form: Any = WritersForm(formdata=None, prefix=f"{code}-", data={"people": sorted(now.get(code, ()))})
        form.people.choices = members
        forms[code] = form
    if refused:
        forms[refused[0]] = refused[1]
    return render("grants/application_writers.html", application=row, asked=asked, forms=forms)


@bp.post("/applications/<int:application_id>/writers/<section_code>")
@login_required
def give_writers(application_id: int, section_code: str) -> Answer:
    row = _application(application_id)
    allow(policies.may_submit_application(viewer(), row))
    if section_code != PROJECT and queries.form_of(queries.get_call(row.call_id)).section(section_code) is None:
        abort(404)
    form: Any = WritersForm(prefix=f"{section_code}-")
    form.people.choices = [(each.person_id, each.name) for each in accounts.members_of(row.organisation_id)]
    if form.validate():
        try:
            with transaction():
                operations.give_writers(application_id, section_code, form.people.data or [], by=viewer())
            flash(_("작성 권한을 저장했습니다."), "success")
            return redirect(url_for(".application_writers", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _writers_page(_application(application_id), (section_code, form)), 422


@bp.post("/applications/<int:application_id>/replace")
@login_required
def replace_application(application_id: int) -> Answer:
    row = _application(application_id)
    allow(policies.may_submit_application(viewer(), row))
    form = ConfirmForm()
    if form.validate():
        try:
            with transaction():
                begun = operations.replace_application(application_id, by=viewer()).id
            flash(_("고쳐서 다시 낼 신청서를 만들었습니다. 제출하기 전까지 앞서 낸 신청서가 유효합니다."), "success")
            return redirect(url_for(".application", application_id=begun), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, replace_form=form), 422
