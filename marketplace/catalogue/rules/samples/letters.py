"""Which letters a file is written in: told by its mark, else tried strictly over the whole file, never guessed. Pure."""

import codecs
from typing import IO

from marketplace.catalogue.rules.tables import N_, Problem

CHUNK = 256 * 1024
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def codec_of(file: IO[bytes]) -> str:
    """The codec in which every byte of the file makes sense: its mark, else UTF-8, else CP949; the file is rewound.

    Whichever of the two came further is what the file was meant to be, so its line is named. Raises Problem.
    """
    head = file.read(4)
    file.seek(0)
    marked = [codec for mark, codec in MARKS if head.startswith(mark)]
    furthest = 0
    for codec in marked or ["utf-8", "cp949"]:
        line = _bad_line(file, codec)
        file.seek(0)
        if not line:
            return codec
        furthest = max(furthest, line)
    raise Problem(
        N_("%(row)s행에 UTF-8로도 CP949로도 읽을 수 없는 글자가 있습니다. UTF-8로 저장해 다시 시도하세요."),
        {"row": furthest},
        furthest,
    )


def _bad_line(file: IO[bytes], codec: str) -> int:
    """The first line, from 1, that the codec refuses; 0 where it reads the whole file."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    while True:
        chunk = file.read(CHUNK)
        try:
            line += decoder.decode(chunk, final=not chunk).count("\n")
        except UnicodeDecodeError as error:
            readable = error.object[: error.start].decode(_plain(codec), "ignore")
            return line + readable.count("\n")
        if not chunk:
            return 0


def _plain(codec: str) -> str:
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(codec, codec)
