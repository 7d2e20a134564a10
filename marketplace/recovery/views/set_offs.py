"""Setting off what a firm owes against what it is to be paid."""

from flask import abort
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.i18n import _
from marketplace.core.web import LARGEST_ID, allow, viewer
from marketplace.recovery import forms, operations, policies, queries
from marketplace.recovery.models import RecoveryCase
from marketplace.recovery.views.blueprint import bp
from marketplace.recovery.views.cases import set_off_form, tried

Answer = tuple[str, int] | BaseResponse


@bp.post("/cases/<int:case_id>/set-offs")
@login_required
def propose_set_off(case_id: int) -> Answer:
    case = queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_work(viewer()))
    form = set_off_form(case, fresh=False)
    return tried(
        case_id,
        form,
        lambda: operations.propose_set_off(
            case_id, form.payout.data, amount_minor=form.amount.data or 0, reason=form.reason.data, by=viewer()
        ),
        _("상계를 통지했습니다. 결정할 때까지 이 지급은 멈춥니다."),
    )


def _case_of(set_off_id: int) -> RecoveryCase:
    found = queries.find_set_off_seen_by(viewer(), set_off_id) if set_off_id <= LARGEST_ID else None
    return (found or abort(404))[1]


@bp.post("/set-offs/<int:set_off_id>/agree")
@login_required
def agree_set_off(set_off_id: int) -> Answer:
    case = _case_of(set_off_id)
    allow(policies.may_object(viewer(), case))
    done = _("상계에 동의했습니다. 담당자가 결정하면 알려드립니다.")
    return tried(case.id, forms.PressForm(), lambda: operations.agree_set_off(set_off_id, by=viewer()), done)


@bp.post("/set-offs/<int:set_off_id>/decide")
@login_required
def decide_set_off(set_off_id: int) -> Answer:
    case = _case_of(set_off_id)
    allow(policies.may_decide(viewer()))
    done = _("상계했습니다. 남은 환수금과 지급할 금액이 그만큼 줄었습니다.")
    return tried(case.id, forms.PressForm(), lambda: operations.decide_set_off(set_off_id, by=viewer()), done)


@bp.post("/set-offs/<int:set_off_id>/drop")
@login_required
def drop_set_off(set_off_id: int) -> Answer:
    case = _case_of(set_off_id)
    allow(policies.may_work(viewer()))
    form, done = forms.WordsForm(), _("상계하지 않기로 했습니다. 지급이 다시 진행됩니다.")
    return tried(case.id, form, lambda: operations.drop_set_off(set_off_id, form.body.data, by=viewer()), done)


@bp.post("/set-offs/<int:set_off_id>/ask-undoing")
@login_required
def ask_undoing(set_off_id: int) -> Answer:
    case = _case_of(set_off_id)
    allow(policies.may_work(viewer()))
    form, done = forms.WordsForm(), _("취소를 요청했습니다. 다른 담당자가 승인해야 합니다.")
    return tried(case.id, form, lambda: operations.ask_undoing(set_off_id, form.body.data, by=viewer()), done)


@bp.post("/set-offs/<int:set_off_id>/undo")
@login_required
def undo_set_off(set_off_id: int) -> Answer:
    case = _case_of(set_off_id)
    allow(policies.may_decide(viewer()))
    done = _("상계를 취소했습니다. 새 기록으로 남고 처음 기록은 그대로 있습니다.")
    return tried(case.id, forms.PressForm(), lambda: operations.undo_set_off(set_off_id, by=viewer()), done)
