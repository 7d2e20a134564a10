"""Photos by their bytes: PNG and JPEG and nothing else, and without what a camera or a program wrote into them.

A photo from a telephone says where it was taken, with which device and when; what a visit needs is what can be seen. Only the
parts that make the picture are kept; of EXIF nothing stays but which side is up.
"""

import struct
import zlib
from dataclasses import dataclass

from marketplace.core.i18n import N_

LARGEST = 20 * 1024 * 1024
MOST_PIXELS = 100_000_000
PNG = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"})
# Start of frame in all its kinds; DHT, JPG and DAC lie between them.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
KEPT_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD})
NOT_A_PICTURE = N_("PNG나 JPEG 사진만 올릴 수 있습니다. 다른 형식이거나 손상된 파일입니다.")


class BadPicture(ValueError):
    """Not a picture that we keep; the sentence says why."""

    def __init__(self, words: str = NOT_A_PICTURE) -> None:
        self.words = words
        super().__init__(words)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is kept of an uploaded picture."""

    kind: str
    width: int
    height: int
    data: bytes


def picture_of(data: bytes) -> Picture:
    """The picture without its metadata. Raises BadPicture for everything that is none, or is damaged or too large."""
    if len(data) > LARGEST:
        raise BadPicture(N_("사진 한 장은 20MB까지 올릴 수 있습니다."))
    try:
        picture = _png(data) if data.startswith(PNG) else _jpeg(data)
    except (struct.error, IndexError) as error:
        raise BadPicture from error
    if not 0 < picture.width * picture.height <= MOST_PIXELS:
        raise BadPicture
    return picture


def _png(data: bytes) -> Picture:
    kept, place, size = [PNG], len(PNG), (0, 0)
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        body = data[place + 8 : place + 8 + length]
        (told,) = struct.unpack_from(">I", data, end - 4)
        first = place == len(PNG)
        if zlib.crc32(kind + body) != told or first != (kind == b"IHDR") or (first and length != 13):
            raise BadPicture
        if first:
            size = struct.unpack_from(">II", body)
        if kind in PNG_KEPT:
            kept.append(data[place:end])
        place = end
        if kind == b"IEND":  # what a file carries behind its end is no part of the picture
            return Picture("png", *size, b"".join(kept))
    raise BadPicture


def _jpeg(data: bytes) -> Picture:
    if not data.startswith(b"\xff\xd8\xff"):
        raise BadPicture
    kept, place, size, up = [b"\xff\xd8"], 2, (0, 0), 1
    while True:
        if data[place] != 0xFF:
            raise BadPicture
        while data[place + 1] == 0xFF:
            place += 1
        marker = data[place + 1]
        (length,) = struct.unpack_from(">H", data, place + 2)
        end = place + 2 + length
        segment = data[place:end]
        if length < 2 or len(segment) != length + 2:
            raise BadPicture
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            up = _side_up(segment[10:])
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            size = (width, height)
        # JFIF and Adobe's mark say how colours are coded; all other marks of applications and comments are left out.
        if marker in FRAMES | KEPT_TABLES or (marker == 0xE0 and segment[4:8] == b"JFIF") or segment[4:9] == b"Adobe":
            kept.append(segment)
        place = end
        if marker == 0xDA:
            return Picture("jpeg", *size, b"".join([*_with_side(kept, up), segment, _scans(data, place)]))


def _scans(data: bytes, place: int) -> bytes:
    """Everything from the first scan to the end of the picture; tables and further scans of a progressive one among it."""
    end = data.find(b"\xff\xd9", place)
    if end < 0:
        raise BadPicture
    return data[place : end + 2]


def _side_up(tiff: bytes) -> int:
    """Which side is up by EXIF, 1 to 8; 1 where it does not say."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (many,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(min(many, 200)):
            tag, kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if (tag, kind) == (0x0112, 3) and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return 1
    return 1


def _with_side(kept: list[bytes], up: int) -> list[bytes]:
    """The kept parts with an EXIF of nothing but the side that is up, where that is not the usual one."""
    if up == 1:
        return kept
    tiff = struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, 0x0112, 3, 1, up, 0, 0)
    body = b"Exif\0\0" + tiff
    return [kept[0], b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body, *kept[1:]]
