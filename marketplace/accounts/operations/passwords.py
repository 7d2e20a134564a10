"""Hashing passwords: argon2id with the parameters that OWASP names (19 MiB, two passes, one lane)."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from marketplace.accounts.rules import PASSWORD_LENGTH, PASSWORD_LIMIT, PasswordFault, password_fault
from marketplace.core.errors import Busy, Refused
from marketplace.core.i18n import _

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
UNUSABLE = "!"
"""In place of a hash: nobody signs in with a password until one is set by a link."""
AT_ONCE = 4
"""Hashes counted at the same time in one process: a flood of sign-ins must not eat the memory (4 × 19 MiB)."""
_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=5):
        raise Busy(_("로그인 요청이 몰리고 있습니다. 잠시 뒤 다시 시도하세요."))
    try:
        yield
    finally:
        _places.release()


def _bytes(password: str) -> bytes:
    # One spelling of composed characters, so that a Korean password typed on another system is the same one.
    return unicodedata.normalize("NFKC", password).encode()


def hashed(password: str) -> str:
    """The hash to keep. About 20 ms."""
    with _place():
        return hasher.hash(_bytes(password))


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hasher.hash(b"the password of nobody")


def matches(kept: str | None, typed: str) -> bool:
    """Whether `typed` is the password behind `kept`. Takes as long for an account that does not exist or has no
    password yet: the time tells nothing."""
    known = kept is not None and kept != UNUSABLE
    with _place():
        try:
            right: bool = hasher.verify(kept if known and kept else _nobody(), _bytes(typed)[:4000])
        except (VerificationError, InvalidHashError):
            right = False
    return right and known


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(kept)


def require_good(password: str, email: str, field: str = "password") -> None:
    """Refuse a new password that is too short, too long, too common or the address itself."""
    sentences = {
        PasswordFault.SHORT: _(
            "비밀번호는 %(count)s자 이상이어야 합니다. 문장처럼 길게 지어 보세요.", count=PASSWORD_LENGTH
        ),
        PasswordFault.LONG: _("비밀번호는 %(count)s자까지 쓸 수 있습니다.", count=PASSWORD_LIMIT),
        PasswordFault.COMMON: _("누구나 쉽게 떠올리는 비밀번호입니다. 다른 비밀번호를 정하세요."),
        PasswordFault.ADDRESS: _("이메일 주소와 같은 비밀번호는 쓸 수 없습니다. 다른 비밀번호를 정하세요."),
    }
    fault = password_fault(password, email)
    if fault:
        raise Refused(sentences[fault], field=field)
