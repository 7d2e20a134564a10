"""Signs of proxy applications, and what an officer makes of them."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required

from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, page_number, render, viewer
from marketplace.evaluation import forms, operations, policies, queries
from marketplace.evaluation.views.blueprint import bp
from marketplace.evaluation.views.page import seen_evaluation


def sign_words(sign: str) -> str:
    """What two applications share, in the reader's language."""
    words = {
        "account": _("같은 은행 계좌"),
        "person": _("같은 사람이 제출"),
        "phone": _("같은 전화번호"),
        "text": _("계획서 내용이 비슷함"),
        "address": _("같은 호실의 주소"),
        "device": _("같은 기기와 접속 주소"),
        "representative": _("대표자 이름이 같음"),
        "network": _("같은 접속 주소"),
        "relation": _("신청 기업과 공급기업이 특수관계"),
    }
    return str(words.get(sign, sign))


def _verdicts() -> list[tuple[str, str]]:
    return [("cleared", _("이상 없음")), ("confirmed", _("대리 신청 확인"))]


@bp.get("/<int:evaluation_id>/flags")
@login_required
def flags(evaluation_id: int) -> str:
    allow(policies.may_list(viewer()))
    return show_flags(evaluation_id)


def show_flags(evaluation_id: int, refused: Form | None = None) -> str:
    """The flags of an evaluation, each with every sign and its weight."""
    row, state = seen_evaluation(evaluation_id), request.args.get("state", "")
    return render(
        "evaluation/flags.html",
        row=row,
        page=queries.flags_page(evaluation_id, state=state, page=page_number(), size=20),
        state=state,
        sign_words=sign_words,
        may_run=policies.may_run(viewer()),
        verdict_form=forms.VerdictForm(_verdicts(), formdata=None),
        refused=refused,
    )


@bp.post("/<int:evaluation_id>/screen")
@login_required
def screen(evaluation_id: int) -> Any:
    seen_evaluation(evaluation_id)
    allow(policies.may_run(viewer()))
    form, fresh = forms.ClickForm(), []
    if status := attempt(form, lambda: fresh.append(operations.screen(evaluation_id, by=viewer()))):
        return show_flags(evaluation_id, form), status
    flash(_("모든 신청을 견주었습니다. 새로 찾은 의심은 %(count)s건입니다.", count=fresh[0]), "success")
    return redirect(url_for(".flags", evaluation_id=evaluation_id), 303)


@bp.post("/flags/<int:flag_id>")
@login_required
def decide_flag(flag_id: int) -> Any:
    found = queries.find_flag_seen_by(viewer(), flag_id) or abort(404)
    allow(policies.may_run(viewer()))
    evaluation_id, form = found.evaluation_id, forms.VerdictForm(_verdicts())

    def work() -> None:
        operations.decide_flag(
            flag_id, confirmed=form.verdict.data == "confirmed", reason=form.reason.data, by=viewer()
        )

    if status := attempt(form, work):
        return show_flags(evaluation_id, form), status
    flash(_("판단을 남겼습니다."), "success")
    return redirect(url_for(".flags", evaluation_id=evaluation_id), 303)
