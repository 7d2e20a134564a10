"""What a firm is paid, and when."""

from flask_login import login_required

from marketplace.core.web import allow, page_number, render, viewer
from marketplace.payments import policies, queries
from marketplace.payments.views.blueprint import bp


@bp.get("/mine")
@login_required
def mine() -> str:
    allow(policies.may_see_own(viewer()))
    return render(
        "payments/mine.html",
        page=queries.own_page(viewer(), page_number()),
        refunds=queries.own_refunds(viewer()),
        sums=queries.own_sums(viewer()),
    )
