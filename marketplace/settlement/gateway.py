"""The provider that issues electronic tax invoices, as plain functions and dataclasses: Popbill by its own SDK, or a local
twin at another address.

Nothing here knows the database, and nobody calls it with a transaction open. Every invoice has a management key that was
committed before: asked again with it, the provider issues nothing twice.
"""

import http.client
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from config import Config
from marketplace.core import lazy
from marketplace.settlement.rules.issue import CANCELLED, ISSUED, SENT, Seen

popbill: Any = lazy("popbill")
SECONDS = 20
NO_SUCH, IN_USE = -11000005, -11000004
"""The provider's errors: no invoice has this key; one has it already. The second number is the twin's own, so an invoice
is always looked for by its key before it is asked for."""
SELL = "SELL"


class GatewayError(Exception):
    """The provider did not answer, or not in a way to go on with: the same may be asked again."""


class GatewayRefused(GatewayError):
    """The provider understood and said no: asking again brings the same answer."""


def _config() -> Config:
    config: Config = current_app.config["MARKETPLACE"]
    return config


def is_configured() -> bool:
    """Whether invoices can be issued here."""
    return bool(_config().popbill_link_id and _config().popbill_secret_key)


def is_twin() -> bool:
    """Whether a local stand-in answers instead of the provider."""
    return bool(_config().popbill_api_base)


def _service() -> Any:
    """The SDK's service. It has no setting for address or time-out, and is a singleton: a class of our own, made anew for
    each configuration, gives it both. Its own constructor calls itself when it is inherited, hence the base's."""
    config = _config()
    wanted = (config.popbill_link_id, config.popbill_secret_key, config.popbill_test, config.popbill_api_base)
    known = current_app.extensions.get("popbill")
    if known is not None and known[0] == wanted:
        return known[1]
    if not is_configured():
        raise GatewayRefused("no key")

    class Service(popbill.TaxinvoiceService):  # type: ignore[misc,name-defined]
        def __init__(self, link: str, secret: str) -> None:
            popbill.base.PopbillBase.__init__(self, link, secret)
            self._addScope("110")

        def _getConn(self) -> Any:  # noqa: N802 - the SDK's name
            base = urlsplit(config.popbill_api_base)
            if base.hostname:
                return http.client.HTTPConnection(base.hostname, base.port or 80, timeout=SECONDS)
            host = popbill.base.ServiceURL_TEST if self.IsTest else popbill.base.ServiceURL_REAL
            return http.client.HTTPSConnection(host, timeout=SECONDS)

        def _getToken(self, number: str) -> Any:  # noqa: N802
            return SimpleNamespace(session_token=config.popbill_link_id) if is_twin() else super()._getToken(number)

    service = Service(config.popbill_link_id, config.popbill_secret_key)
    service.IsTest = config.popbill_test
    current_app.extensions["popbill"] = (wanted, service)
    return service


def _asked(work: Any) -> Any:
    """Ask, and tell a no from a silence."""
    try:
        return work()
    except popbill.PopbillException as error:
        # Above -10000000 it is the SDK itself or the road to the provider; the provider's own words are below.
        kind = GatewayRefused if error.code <= -10000000 else GatewayError
        refusal = kind(f"{error.code}: {error.message}"[:500])
        refusal.code = error.code  # type: ignore[attr-defined]
        raise refusal from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise GatewayError(f"{type(error).__name__}: {error}"[:500]) from error


def look(business_number: str, key: str) -> Seen | None:
    """The invoice with a management key; None where the provider has none."""
    try:
        answer = _asked(lambda: _service().getInfo(business_number, SELL, key))
    except GatewayRefused as refusal:
        if getattr(refusal, "code", 0) == NO_SUCH:
            return None
        raise
    sent = str(getattr(answer, "ntssendDT", "") or "") if int(answer.stateCode) == SENT else ""
    return Seen(int(answer.stateCode), str(getattr(answer, "ntsconfirmNum", "") or ""), sent[:8])


def issue(business_number: str, content: dict[str, Any]) -> Seen:
    """Issue an invoice, or find the one that was issued under its key before."""
    known = look(business_number, content["invoicerMgtKey"])
    if known is not None and known.code >= ISSUED:
        return known
    details = [popbill.TaxinvoiceDetail(**line) for line in content["detailList"]]
    invoice = popbill.Taxinvoice(**{**content, "detailList": details})
    try:
        _asked(lambda: _service().registIssue(business_number, invoice))
    except GatewayRefused as refusal:
        if getattr(refusal, "code", 0) != IN_USE:
            raise
    seen = look(business_number, content["invoicerMgtKey"])
    if seen is None or not seen.approval_number:
        raise GatewayError("issued, but not to be found")
    return seen


def cancel(business_number: str, key: str, memo: str) -> Seen | None:
    """Cancel an invoice that the tax service does not have yet. Raises GatewayRefused where it has."""
    known = look(business_number, key)
    if known is None or known.code == CANCELLED:
        return known
    _asked(lambda: _service().cancelIssue(business_number, SELL, key, memo))
    return look(business_number, key)
