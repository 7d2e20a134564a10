"""The steps of a case: notice, opinion, proposal, decision, objection, instalments, end."""

from flask import abort
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.i18n import _
from marketplace.core.web import allow, viewer
from marketplace.recovery import forms, operations, policies, queries
from marketplace.recovery.models import Ground, RecoveryCase
from marketplace.recovery.views.blueprint import bp
from marketplace.recovery.views.cases import tried

Answer = tuple[str, int] | BaseResponse


def _seen(case_id: int) -> RecoveryCase:
    return queries.find_case_seen_by(viewer(), case_id) or abort(404)


@bp.post("/cases/<int:case_id>/notice")
@login_required
def notice(case_id: int) -> Answer:
    _seen(case_id)
    allow(policies.may_work(viewer()))
    form = forms.NoticeForm()
    form.ground.choices = [(each.value, each.label) for each in Ground]
    return tried(
        case_id,
        form,
        lambda: operations.give_notice(
            case_id,
            ground=Ground(form.ground.data),
            clause=form.clause.data,
            since_on=form.since_on.data,
            slight=bool(form.slight.data),
            by=viewer(),
        ),
        _("사전통지를 보냈습니다. 의견 제출 기간이 시작되었습니다."),
    )


@bp.post("/cases/<int:case_id>/opinion")
@login_required
def opinion(case_id: int) -> Answer:
    allow(policies.may_speak(viewer(), _seen(case_id)))
    form = forms.WordsForm()
    done = _("의견을 냈습니다. 기한까지 더 낼 수 있습니다.")
    return tried(case_id, form, lambda: operations.give_opinion(case_id, form.body.data, by=viewer()), done)


@bp.post("/cases/<int:case_id>/propose")
@login_required
def propose(case_id: int) -> Answer:
    _seen(case_id)
    allow(policies.may_work(viewer()))
    form = forms.ProposeForm()
    until = form.bar_until_on
    return tried(
        case_id,
        form,
        lambda: operations.propose(case_id, form.decision.data, bar_until_on=until.data, by=viewer()),
        _("결정을 올렸습니다. 다른 담당자가 결정해야 합니다."),
    )


@bp.post("/cases/<int:case_id>/decide")
@login_required
def decide(case_id: int) -> Answer:
    _seen(case_id)
    allow(policies.may_decide(viewer()))
    done = _("환수를 결정하고 기업에 통지했습니다.")
    return tried(case_id, forms.PressForm(), lambda: operations.decide(case_id, by=viewer()), done)


@bp.post("/cases/<int:case_id>/send-back")
@login_required
def send_back(case_id: int) -> Answer:
    _seen(case_id)
    allow(policies.may_decide(viewer()))
    form = forms.WordsForm()
    done = _("돌려보냈습니다. 담당자가 다시 살펴봅니다.")
    return tried(case_id, form, lambda: operations.send_back(case_id, form.body.data, by=viewer()), done)


@bp.post("/cases/<int:case_id>/drop")
@login_required
def drop(case_id: int) -> Answer:
    _seen(case_id)
    allow(policies.may_decide(viewer()))
    form = forms.WordsForm()
    done = _("환수하지 않기로 하고 건을 닫았습니다.")
    return tried(case_id, form, lambda: operations.drop_case(case_id, form.body.data, by=viewer()), done)


@bp.post("/cases/<int:case_id>/object")
@login_required
def object_to(case_id: int) -> Answer:
    allow(policies.may_object(viewer(), _seen(case_id)))
    form = forms.WordsForm()
    done = _("이의신청을 받았습니다. 결정하지 않은 다른 담당자가 심사합니다.")
    return tried(case_id, form, lambda: operations.object_to(case_id, form.body.data, by=viewer()), done)


@bp.post("/cases/<int:case_id>/answer")
@login_required
def answer(case_id: int) -> Answer:
    _seen(case_id)
    allow(policies.may_decide(viewer()))
    form = forms.AnswerForm()
    return tried(
        case_id,
        form,
        lambda: operations.answer_objection(
            case_id,
            form.answer.data,
            principal_minor=form.principal.data or 0,
            surcharge_minor=form.surcharge.data or 0,
            interest_minor=form.interest.data or 0,
            by=viewer(),
        ),
        _("이의신청 결과를 통지했습니다."),
    )


@bp.post("/cases/<int:case_id>/instalments")
@login_required
def instalments(case_id: int) -> Answer:
    _seen(case_id)
    allow(policies.may_decide(viewer()))
    form = forms.InstalmentsForm()
    words = {"count": form.count.data, "first_on": form.first_on.data}
    done = _("분할 납부를 허락하고 기업에 알렸습니다.")
    return tried(case_id, form, lambda: operations.grant_instalments(case_id, **words, by=viewer()), done)


@bp.post("/cases/<int:case_id>/close")
@login_required
def close(case_id: int) -> Answer:
    _seen(case_id)
    allow(policies.may_decide(viewer()))
    done = _("환수를 종결했습니다. 미납으로 인한 참여제한도 풀렸습니다.")
    return tried(case_id, forms.PressForm(), lambda: operations.close_case(case_id, by=viewer()), done)
