"""Files that prove prices, in storage: looked at and kept before the transaction that names them."""

from werkzeug.datastructures import FileStorage

from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.storage import opened, storage
from marketplace.suppliers.operations import Proof
from marketplace.suppliers.rules import BadProof, proof_of

__all__ = ["keep", "opened"]


def keep(upload: FileStorage | None) -> Proof | None:
    """Put an upload into storage if its bytes are what its name says; None where none was chosen. Raises Refused.

    Kept twice is kept once, so that a refusal after it costs nothing but room.
    """
    if upload is None or not upload.filename:
        return None
    try:
        name, kind = proof_of(upload.stream, upload.filename)
    except BadProof as bad:
        raise Refused(_(bad.words, **bad.values)) from bad
    sha256, size = storage().put(upload.stream)
    return Proof(name=name, kind=kind, bytes=size, sha256=sha256)
