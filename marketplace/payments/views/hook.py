"""Where the card company tells us what happened: checked, kept under its own id, answered at once. A job acts on it."""

import logging

from flask import Response, request

from marketplace.core.db import transaction
from marketplace.core.web import allow
from marketplace.payments import gateway, operations
from marketplace.payments.views.blueprint import bp

log = logging.getLogger("marketplace.payments")


@bp.post("/stripe/webhook")
def webhook() -> Response:
    allow(True)  # the signature over the very bytes is the right; there is no session and no form
    if (request.content_length or 0) > gateway.LARGEST_BODY:
        return Response(status=413)
    try:
        seen = gateway.event_of(request.get_data(cache=False), request.headers.get("Stripe-Signature", ""))
    except gateway.Forged as problem:
        log.warning("a webhook from %s was refused: %s", request.remote_addr, problem)
        return Response(status=400)
    with transaction():
        operations.keep_event(seen)
    return Response(status=200)
