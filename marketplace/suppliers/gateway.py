"""Files that prove prices, in storage: looked at and kept before the transaction that names them."""

import io
from typing import IO

from werkzeug.datastructures import FileStorage

from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.storage import storage
from marketplace.suppliers.operations import Proof
from marketplace.suppliers.rules import BadProof, proof_of


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


def opened(sha256: str) -> IO[bytes]:
    """The bytes kept under a hash, checked against it. Raises Refused where storage does not have them unharmed."""
    try:
        return io.BytesIO(storage().read(sha256))
    except (OSError, ValueError) as error:
        raise Refused(_("보관된 파일을 지금 읽을 수 없습니다. 전담기관에 알려 주세요.")) from error
