"""What stands on the paper of a pre-agreement."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SignedPreAgreement:
    """A pre-agreement that both have signed: what was signed, its hash, and who signed when."""

    number: str
    content: dict[str, Any]
    content_sha256: str
    signatures: list[dict[str, str]]
