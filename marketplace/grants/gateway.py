"""Files of applications and certificates in storage: looked at and kept before the transaction that names them."""

import hashlib
from typing import IO

from werkzeug.datastructures import FileStorage

from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.storage import CHUNK, storage
from marketplace.grants.operations import Kept
from marketplace.grants.rules import Problem, kind_of, plain_name


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


def opened(sha256: str) -> IO[bytes]:
    """The bytes kept under a hash, read through once and found unharmed. Raises Refused."""
    try:
        file = storage().open(sha256)
    except OSError as error:
        raise Refused(_("보관된 파일을 지금 읽을 수 없습니다. 전담기관에 알려 주세요.")) from error
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    if digest.hexdigest() != sha256:
        file.close()
        raise Refused(_("보관된 파일을 지금 읽을 수 없습니다. 전담기관에 알려 주세요."))
    file.seek(0)
    return file
