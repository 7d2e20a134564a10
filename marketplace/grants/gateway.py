"""Files of applications and certificates in storage: looked at and kept before the transaction that names them."""

from werkzeug.datastructures import FileStorage

from marketplace.core.documents import kind_of, plain_name
from marketplace.core.errors import Problem, Refused
from marketplace.core.i18n import _
from marketplace.core.storage import opened, storage
from marketplace.grants.operations import Kept

__all__ = ["keep", "opened"]


def keep(upload: FileStorage | None) -> Kept:
    """Put an upload into storage if its bytes are what its name says. Kept twice is kept once, so that a refusal after
    it costs nothing but room."""
    if upload is None or not upload.filename:
        raise Refused(_("올릴 파일을 고르세요."), field="file")
    try:
        name = plain_name(upload.filename)
        kind = kind_of(upload.stream, name)
    except Problem as problem:
        raise Refused(_(problem.words, **problem.values), field="file") from problem
    digest, size = storage().put(upload.stream)
    return Kept(name=name, kind=kind, bytes=size, sha256=digest)
