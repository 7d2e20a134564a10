"""Showing again who one is, before something that binds; and what an operation asks for before it binds somebody."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from marketplace.accounts.models import Person, SignInSession, StepUp
from marketplace.accounts.operations import passwords
from marketplace.accounts.operations.attempts import note_success
from marketplace.accounts.operations.second_factor import use_code
from marketplace.accounts.queries import STEP_UP_MINUTES, find_fresh_step_up
from marketplace.core.db import is_demo, locked, session
from marketplace.core.errors import Missing, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer, origin
from marketplace.evidence.operations import record


@dataclass(frozen=True)
class Proof:
    """How the signer was known: by which factor, when, and from which address. Goes on the signature."""

    factor: str
    at: datetime
    address: str | None


class StepUpNeeded(Refused):
    """The person has to show again who they are; the page leads them there and back."""


def step_up(secret: str, *, by: Viewer) -> StepUp:
    """Show the password, or the code of the authenticator where the person has one, in a session that is open.

    `begin_attempt("step_up", email)` has been committed before. Raises Refused where it is wrong.
    """
    person, signed_in = locked(Person, by.person_id or 0), locked(SignInSession, by.session_id or 0)
    if person.totp_confirmed_at is not None:
        if not re.fullmatch(r"\s*[0-9]{3}\s?[0-9]{3}\s*", secret):
            raise Refused(_("인증 앱에 지금 보이는 6자리를 입력하세요."), field="secret")
        use_code(person, secret)
        factor = "totp"
    elif passwords.matches(person.password_hash, secret):
        factor = "password"
    else:
        raise Refused(_("비밀번호가 맞지 않습니다. 다시 확인하세요."), field="secret")
    note_success("step_up", person.email)
    return _keep(signed_in, person.id, factor, by)


def step_up_in_demo(*, by: Viewer) -> StepUp:
    """An invented person of a demo goes on without a proof; the signature says so. Raises Missing in a real database."""
    if not is_demo():
        raise Missing(_("시연용 데이터베이스에서만 할 수 있습니다."))
    signed_in = locked(SignInSession, by.session_id or 0)
    return _keep(signed_in, by.person_id or 0, "demo", by)


def _keep(signed_in: SignInSession, person_id: int, factor: str, by: Viewer) -> StepUp:
    shown = StepUp(session_id=signed_in.id, person_id=person_id, factor=factor, address=origin.get().address)
    session.add(shown)
    session.flush()
    record("session:stepped_up", signed_in, by=by, factor=factor)
    return shown


def require_step_up(by: Viewer) -> Proof:
    """The proof on which `by` may bind their party now. Raises StepUpNeeded where it is missing or too old.

    Whoever acts without a browser (a demo's year, a maker of test data) proves nothing: that is allowed in a demo
    database alone, and written down as such.
    """
    if by.session_id is None and is_demo():
        return Proof("demo", datetime.now(UTC), origin.get().address)
    shown = find_fresh_step_up(by)
    if shown is None:
        raise StepUpNeeded(
            _(
                "서명하기 전에 본인 확인이 필요합니다. 최근 %(count)s분 안에 다시 확인한 뒤 서명하세요.",
                count=STEP_UP_MINUTES,
            ),
            rule="signing.step_up",
        )
    return Proof(shown.factor, shown.recorded_at, origin.get().address)
