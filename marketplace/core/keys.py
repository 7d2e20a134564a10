"""Values derived from the installation's secret key: what may be computed again instead of being kept."""

import hashlib
import hmac

from flask import current_app


def derived(purpose: str, value: str) -> str:
    """HMAC-SHA-256 of `value` under the secret key, 64 hex digits. Whoever reads the database cannot compute it; the same
    value under two purposes gives two results."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()
