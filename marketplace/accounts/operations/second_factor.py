"""The second factor: time-based codes (RFC 6238) that work once, and recovery codes that work once."""

import hmac
import re
import secrets
from datetime import UTC, datetime

import pyotp
from sqlalchemy import insert, select, update

from marketplace.accounts.models import Person, RecoveryCode, SignInSession
from marketplace.accounts.operations.links import tell
from marketplace.accounts.operations.sessions import end_sessions_of, renew_session
from marketplace.accounts.queries import active_staff_roles
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.keys import derived
from marketplace.core.viewer import SECOND_FACTOR_ROLES, Viewer
from marketplace.evidence.operations import record

STEP = 30
RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No letters and digits that are mistaken for each other on paper."""


def new_secret() -> str:
    """A fresh secret for an authenticator, 160 bits."""
    return pyotp.random_base32(32)


def is_secret(text: str) -> bool:
    """Whether `text` has the shape of `new_secret`."""
    return re.fullmatch(r"[A-Z2-7]{32}", text) is not None


def step_of_code(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step whose code this is, the present one or a neighbour (phones run fast or slow), or None."""
    digits = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    present = int(now.timestamp()) // STEP
    found = None
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(pyotp.TOTP(secret).at(step * STEP), digits):
            found = step
    return found


def use_code(person: Person, code: str) -> None:
    """Use up a code of the authenticator. The person's row is locked. Raises Refused where it is wrong or was used."""
    # The machine's clock, since the phone knows nothing of a demo's moved one.
    step = step_of_code(person.totp_secret or "", code, datetime.now(UTC)) if person.totp_secret else None
    if step is None:
        raise Refused(_("인증 코드가 맞지 않습니다. 인증 앱에 지금 보이는 6자리를 입력하세요."), field="code")
    if person.totp_last_step is not None and step <= person.totp_last_step:
        raise Refused(_("이미 쓰인 인증 코드입니다. 다음 코드가 나오면 그것을 입력하세요."), field="code")
    person.totp_last_step = step


def _recovery_hash(person_id: int, code: str) -> str:
    # Keyed, since fifty bits could be searched through where only the table is known.
    return derived("recovery_code", f"{person_id}:{re.sub(r'[^0-9a-z]', '', code.lower())}")


def use_recovery_code(person: Person, code: str) -> None:
    """Use up a recovery code. The person's row is locked. Raises Refused where there is none like it."""
    kept = session.execute(
        select(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == _recovery_hash(person.id, code),
            RecoveryCode.used_at.is_(None),
            RecoveryCode.replaced_at.is_(None),
        )
        .with_for_update()
    ).scalar_one_or_none()
    if kept is None:
        raise Refused(_("복구 코드가 맞지 않거나 이미 쓰였습니다. 다른 복구 코드를 입력하세요."), field="code")
    kept.used_at = clock.now()
    tell("account_recovery_used", person)


def show_second_factor(session_id: int, code: str) -> str:
    """Open a session that awaits its code, of the authenticator or a recovery code. Returns the new token."""
    # The person first, as everywhere: sessions are locked after their person.
    person = locked(
        Person, session.scalars(select(SignInSession.person_id).where(SignInSession.id == session_id)).one()
    )
    signed_in = locked(SignInSession, session_id)
    if signed_in.revoked_at is not None or person.disabled_at is not None:
        raise Refused(_("로그인 시간이 지났습니다. 처음부터 다시 로그인하세요."))
    if re.fullmatch(r"\s*[0-9]{3}\s?[0-9]{3}\s*", code):
        use_code(person, code)
    else:
        use_recovery_code(person, code)
    return renew_session(signed_in)


def _new_recovery_codes(person_id: int) -> list[str]:
    session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.replaced_at.is_(None))
        .values(replaced_at=clock.now())
    )
    plain = ["".join(secrets.choice(_ALPHABET) for _letter in range(10)) for _code in range(RECOVERY_CODES)]
    session.execute(
        insert(RecoveryCode),
        [{"person_id": person_id, "code_hash": _recovery_hash(person_id, code)} for code in plain],
    )
    return [f"{code[:5]}-{code[5:]}" for code in plain]


def enrol(secret: str, code: str, *, by: Viewer) -> tuple[str, list[str]]:
    """Take `secret` as the person's second factor, proved by a code of it; it replaces the one before. All other
    sessions end. Returns this session's new token and the recovery codes, which are shown once and never again."""
    person = locked(Person, by.person_id or 0)
    signed_in = locked(SignInSession, by.session_id or 0)
    if not is_secret(secret):
        raise Refused(_("화면을 새로 고친 뒤 다시 등록하세요."))
    if person.totp_confirmed_at is not None and signed_in.second_factor_at is None:
        raise NotYours(_("지금 쓰는 2단계 인증을 먼저 통과해야 합니다."))
    person.totp_secret = secret
    person.totp_last_step = None
    use_code(person, code)
    person.totp_confirmed_at = clock.now()
    codes = _new_recovery_codes(person.id)
    record("person:second_factor_enrolled", person, by=by)
    tell("account_second_factor", person, enrolled=True)
    end_sessions_of(person.id, by=by, keep=signed_in.id)
    return renew_session(signed_in), codes


def renew_recovery_codes(code: str, *, by: Viewer) -> list[str]:
    """New recovery codes for a code of the authenticator; the old ones are void."""
    person = locked(Person, by.person_id or 0)
    use_code(person, code)
    codes = _new_recovery_codes(person.id)
    record("person:recovery_codes_renewed", person, by=by)
    return codes


def remove_second_factor(code: str, *, by: Viewer) -> None:
    """Do without a second factor from now on. Refused where one of the person's roles needs it."""
    person = locked(Person, by.person_id or 0)
    if SECOND_FACTOR_ROLES & set(active_staff_roles(person.id)):
        raise Refused(_("맡은 역할에는 2단계 인증이 꼭 필요해 해제할 수 없습니다. 기기를 바꾸려면 새로 등록하세요."))
    use_code(person, code)
    forget_second_factor(person)
    record("person:second_factor_removed", person, by=by)
    tell("account_second_factor", person, enrolled=False)


def forget_second_factor(person: Person) -> None:
    """Remove secret and recovery codes; the caller writes the evidence."""
    person.totp_secret = person.totp_confirmed_at = person.totp_last_step = None
    session.flush()
    session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.person_id == person.id, RecoveryCode.replaced_at.is_(None))
        .values(replaced_at=clock.now())
    )
