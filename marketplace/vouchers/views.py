"""What officers do with a voucher. Its page stands in `front`, since it shows rooms above."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, viewer
from marketplace.vouchers import forms, operations, policies, queries

bp = Blueprint("vouchers", __name__, url_prefix="/vouchers")


def _carry_out(voucher_id: int, form: Form, work: Callable[[], object], done: str) -> BaseResponse:
    """Do the work or say why not, and go back to the voucher's page."""
    if not form.validate():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        flash(sentences[0] if sentences else _("입력을 확인하세요."), "error")
    else:
        try:
            with transaction():
                work()
            flash(done, "success")
        except Refused as refusal:
            flash(str(refusal), "error")
    return redirect(url_for("front.voucher", voucher_id=voucher_id), 303)


@bp.post("/<int:voucher_id>/freeze")
@login_required
def freeze(voucher_id: int) -> BaseResponse:
    queries.find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    allow(policies.may_freeze(viewer()))
    form = forms.FreezeForm()
    return _carry_out(
        voucher_id,
        form,
        lambda: operations.freeze(voucher_id, form.reason.data, by=viewer()),
        _("바우처 사용을 정지했습니다."),
    )


@bp.post("/<int:voucher_id>/unfreeze")
@login_required
def unfreeze(voucher_id: int) -> BaseResponse:
    queries.find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    allow(policies.may_freeze(viewer()))
    return _carry_out(
        voucher_id,
        forms.ConfirmForm(),
        lambda: operations.unfreeze(voucher_id, by=viewer()),
        _("바우처를 다시 사용할 수 있습니다."),
    )


@bp.post("/<int:voucher_id>/close")
@login_required
def close(voucher_id: int) -> BaseResponse:
    queries.find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    allow(policies.may_close(viewer()))
    return _carry_out(
        voucher_id,
        forms.ConfirmForm(),
        lambda: operations.close(voucher_id, by=viewer()),
        _("바우처를 종료했습니다. 쓰지 않은 지원금은 사업으로, 자부담은 기업으로 돌아갑니다."),
    )
