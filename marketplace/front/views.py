"""Pages that look into many rooms, and the shell around all pages."""

from flask import Blueprint, Flask, Response, abort, has_request_context, redirect, request, session, url_for
from flask_login import login_required
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.i18n import LANGUAGES, _, amounts_in
from marketplace.core.tasks import Task
from marketplace.core.web import allow, csv_response, page_number, render, viewer, wants_csv
from marketplace.evidence import queries as evidence
from marketplace.front import policies, queries
from marketplace.front.shell import shell_of_request
from marketplace.grants import queries as grants
from marketplace.notices import queries as notices
from marketplace.notices.rules import page_of
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments
from marketplace.programmes import queries as programmes
from marketplace.vouchers import forms as voucher_forms
from marketplace.vouchers import policies as voucher_policies
from marketplace.vouchers import queries as vouchers

bp = Blueprint("front", __name__)


def init_app(app: Flask) -> None:
    """Templates of all rooms know the shell, and which page shows which record."""
    app.context_processor(lambda: {"shell": shell_of_request()} if has_request_context() else {})
    app.jinja_env.globals.update(address_of=address_of)


def address_of(subject: str | None) -> str:
    """The address of the page about 'purchase_order:42', or ''."""
    page = page_of(subject)
    try:
        return url_for(page[0], **page[1]) if page else ""
    except BuildError:
        return ""


def _shown(task: Task) -> dict[str, object]:
    """A task as the task list shows it."""
    overdue = task.due_on is not None and task.due_on < clock.today()
    return {
        "title": task.title,
        "detail": task.detail,
        "url": url_for(task.endpoint, **task.values),
        "due_on": task.due_on,
        "overdue": overdue,
        "kind": "",
    }


def _back() -> str:
    """The page to return to: an address on this very site, else home."""
    target = request.values.get("next", "")
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else url_for("front.home")


@bp.get("/")
def home() -> str:
    allow(True)  # A guest sees what this is and which calls are open; everybody else what waits for them.
    who = viewer()
    if not who.is_authenticated:
        return render("front/welcome.html", calls=grants.open_calls(limit=5))
    own = vouchers.vouchers_of(who.organisation_id) if who.is_sme else []
    return render(
        "front/home.html",
        tasks=[_shown(task) for task in queries.tasks_of(who)],
        vouchers=own,
        money=queries.money_of_vouchers(own),
        days_left=queries.days_left,
        unread=notices.unread_count(who),
        figures=[(each, queries.figures_of_programme(each)) for each in programmes.open_programmes()]
        if who.sees_everything
        else [],
    )


@bp.get("/vouchers", endpoint="vouchers")
@login_required
def voucher_list() -> str | Response:
    allow(policies.may_list_vouchers(viewer()))
    page = vouchers.vouchers_page(viewer(), state=request.args.get("state", ""), page=page_number())
    money = queries.money_of_vouchers(page.items)
    names = accounts.names_of({voucher.organisation_id for voucher in page.items})
    if wants_csv():
        return _vouchers_csv()
    return render("front/vouchers.html", page=page, money=money, names=names, days_left=queries.days_left)


def _vouchers_csv() -> Response:
    rows = []
    for number in range(1, 201):
        page = vouchers.vouchers_page(viewer(), state=request.args.get("state", ""), page=number)
        money = queries.money_of_vouchers(page.items)
        names = accounts.names_of({voucher.organisation_id for voucher in page.items})
        for each in page.items:
            parts = money[each.id]
            amounts = (each.support_minor, each.deposit_minor, parts.available, parts.reserved, parts.payable)
            rows.append(
                (
                    *(each.number, names[each.organisation_id], each.state.label, each.expires_on),
                    *(*amounts, parts.paid, parts.lapsed),
                )
            )
        if number >= page.pages:
            break
    columns = [_("번호"), _("기업"), _("상태"), _("사용 기한"), _("지원금"), _("자부담과 부가가치세")]
    columns += [_("사용 가능"), _("예약"), _("지급 예정"), _("지급 완료"), _("소멸·환급")]
    return csv_response("vouchers", columns, rows)


@bp.get("/vouchers/<int:voucher_id>")
@login_required
def voucher(voucher_id: int) -> str:
    row = vouchers.find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    allow(voucher_policies.may_see(viewer(), row))
    amounts_in(row.unit)
    pots = vouchers.pots_of_rows([row])
    return render(
        "front/voucher.html",
        voucher=row,
        programme=programmes.get_programme(row.programme_id),
        firm=accounts.get_organisation(row.organisation_id),
        money=queries.money_of_vouchers([row], pots)[row.id],
        pots=pots[row.id],
        postings=queries.postings_of_voucher(viewer(), row),
        orders=orders.orders_of_voucher(row.id),
        forecast=orders.forecast_of(row),
        agreement=grants.find_agreement_of_voucher(row.id),
        receipts=payments.receipts_of_voucher(row.id),
        events=evidence.events_about(row.subject),
        days_left=queries.days_left(row),
        may_freeze=voucher_policies.may_freeze(viewer()),
        may_close=voucher_policies.may_close(viewer()),
        freeze_form=voucher_forms.FreezeForm(),
    )


@bp.get("/programmes", endpoint="programmes")
@login_required
def programme_list() -> str:
    allow(policies.may_see_programmes(viewer()))
    rows = [(each, queries.figures_of_programme(each)) for each in programmes.programmes()]
    return render("front/programmes.html", rows=rows)


@bp.get("/programmes/<int:programme_id>")
@login_required
def programme(programme_id: int) -> str | Response:
    row = programmes.find_programme(programme_id) or abort(404)
    allow(policies.may_see_programmes(viewer()))
    figures = queries.figures_of_programme(row)
    amounts_in(row.unit)
    if wants_csv():
        return csv_response(row.code, [_("구분"), _("금액")], [(_(label), value) for label, value in figures.rows()])
    return render(
        "front/programme.html",
        programme=row,
        figures=figures,
        ruleset=programmes.get_ruleset_row(row.ruleset_id),
        calls=grants.calls_of_programme(row.id),
    )


@bp.get("/style")
def style() -> str:
    allow(True)  # The components hold no data.
    return render("style/index.html")


@bp.get("/language/<code>")
def choose_language(code: str) -> BaseResponse:
    allow(True)  # A preference of this browser only.
    if code in LANGUAGES:
        session["locale"] = code
    return redirect(_back(), 303)


@bp.post("/mode")
def choose_mode() -> BaseResponse:
    allow(True)  # A preference of this browser only.
    session["mode"] = "high-contrast" if request.form.get("mode") == "high-contrast" else "normal"
    return redirect(_back(), 303)
