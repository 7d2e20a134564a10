"""Papers to read, and the public check of a code."""

import io

from flask import Blueprint, Response, abort, request, send_file
from flask_login import login_required

from marketplace.core.errors import Missing, Refused
from marketplace.core.i18n import _
from marketplace.core.storage import storage
from marketplace.core.web import after_response, allow, render, viewer
from marketplace.evidence.operations import record
from marketplace.papers import queries
from marketplace.papers.documents import check_address, qr_svg

bp = Blueprint("papers", __name__)


@bp.get("/papers/<int:paper_id>")
@login_required
def show(paper_id: int) -> str:
    paper = queries.find_paper_seen_by(viewer(), paper_id) or abort(404)
    allow(viewer().is_authenticated)
    address = check_address(paper.code)
    seal = queries.find_seal_of(paper.id)
    return render("papers/paper.html", paper=paper, seal=seal, address=address, qr=qr_svg(address))


@bp.get("/papers/<int:paper_id>/file")
@login_required
def file(paper_id: int) -> Response:
    paper = queries.find_paper_seen_by(viewer(), paper_id) or abort(404)
    allow(viewer().is_authenticated)
    if paper.sha256 is None:
        raise Missing(_("문서를 만드는 중입니다. 잠시 뒤 다시 열어 보세요."))
    return _kept(paper.sha256, f"{paper.number}.pdf", paper.subject)


def _kept(sha256: str, name: str, subject: str) -> Response:
    try:
        data = storage().read(sha256)
    except (OSError, ValueError) as damage:
        raise Refused(_("보관된 문서를 읽을 수 없습니다. 관리자에게 알려 주세요.")) from damage
    reader = viewer()
    after_response(lambda: record("paper:opened", subject, by=reader, sha256=sha256))
    return send_file(io.BytesIO(data), mimetype="application/pdf", download_name=name)


@bp.get("/papers/<int:paper_id>/archive")
@login_required
def archive(paper_id: int) -> Response:
    paper = queries.find_paper_seen_by(viewer(), paper_id) or abort(404)
    allow(viewer().is_authenticated)
    seal = queries.find_seal_of(paper.id)
    if seal is None or seal.sha256 is None:
        raise Missing(_("봉인된 보존본이 아직 없습니다. 모든 당사자가 서명하면 몇 초 안에 만들어집니다."))
    return _kept(seal.sha256, f"{paper.number}-archive.pdf", paper.subject)


@bp.get("/check")
def check() -> str:
    allow(True)  # Anybody holding a paper may ask whether it is genuine.
    typed = request.args.get("code", "").strip()[:40]
    return _check_page(typed)


def _check_page(typed: str) -> str:
    paper = queries.find_paper_by_code(typed) if typed else None
    seal = queries.find_seal_of(paper.id) if paper else None
    return render("papers/check.html", typed=typed, paper=paper, seal=seal)


@bp.get("/check/<code>")
def check_code(code: str) -> str:
    allow(True)  # As above: this is the address in the QR.
    return _check_page(code[:40])
