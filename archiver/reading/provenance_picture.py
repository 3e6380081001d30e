"""The day a picture was taken, from what it carries: EXIF first, then its file name.

A screenshot shows only a clock; which day that was, only its file can say.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO, Final

from archiver.model import Dated

DATE: Final = r"(?P<year>20[0-9]{2})[-_. ]?(?P<month>[01][0-9])[-_. ]?(?P<day>[0-3][0-9])"
TIME: Final = r"(?P<hour>[0-2][0-9])[-_.: ]?(?P<minute>[0-5][0-9])(?:[-_.: ]?(?P<second>[0-5][0-9]))?"
HALF: Final = r"(?:\s?(?P<half>[AaPp])\.?[Mm])?"

NAMED: Final = (
    # Android: Screenshot_20260312-084155_WhatsApp.jpg, Screenshot_2026-03-12-08-41-55-12_abc.jpg
    ("an Android screenshot's name", re.compile(rf"Screenshot[_-]{DATE}[-_ ]{TIME}")),
    # macOS and iPhone through AirDrop: Screenshot 2026-03-12 at 08.41.55.png, Screen Shot ... at 8.41.55 AM
    ("a screenshot's name", re.compile(rf"Screen\s?[Ss]hot {DATE} at (?P<hour>[0-2]?[0-9])[.:](?P<minute>[0-5][0-9])"
                                       rf"(?:[.:](?P<second>[0-5][0-9]))?{HALF}")),
    # Windows: Screenshot 2026-03-12 084155.png
    ("a Windows screenshot's name", re.compile(rf"Screenshot {DATE} {TIME}")),
    # iOS share sheet: Photo 12-03-2026, 08 41 55
    ("a shared photo's name", re.compile(r"Photo (?P<day>[0-3][0-9])-(?P<month>[01][0-9])-(?P<year>20[0-9]{2}),? "
                                         rf"{TIME}")),
    # Saved from WhatsApp Web: the time it was sent on, hence not before it was taken
    ("the name WhatsApp Web gave it", re.compile(rf"WhatsApp Image {DATE} at (?P<hour>[0-2]?[0-9])[.:]"
                                                 r"(?P<minute>[0-5][0-9])"
                                                 rf"(?:[.:](?P<second>[0-5][0-9]))?{HALF}")),
    # WhatsApp's own gallery, the day only: IMG-20260312-WA0003.jpg
    ("the name WhatsApp gave it", re.compile(rf"IMG-{DATE}-WA[0-9]+")),
    # Pixel and Samsung cameras and galleries: PXL_20260312_084155123.jpg, IMG_20260312_084155.jpg, 20260312_084155.png
    ("the picture's name", re.compile(rf"(?:^|IMG_|PXL_){DATE}_{TIME}")),
)  # fmt: skip

EXIF_IFD: Final = 0x8769
DATE_TIME_ORIGINAL: Final = 0x9003
DATE_TIME: Final = 0x0132


def picture_dates(name: str, stream: BinaryIO) -> tuple[Dated, ...]:
    """Every date that a picture carries, best basis first; the stream is closed.

    Never raises for what the picture holds: a broken one simply carries no date.
    """
    with stream:
        embedded = _embedded(stream)
    named = named_date(name)
    return tuple(dated for dated in (embedded, named) if dated)


def named_date(name: str) -> Dated | None:
    """The date in a picture's file name; None where it has none.

    >>> named_date("Screenshot_20260312-084155_WhatsApp.jpg").when.isoformat()
    '2026-03-12T08:41:55'
    >>> named_date("IMG-20260312-WA0003.jpg").precise
    False
    >>> named_date("IMG_4711.PNG") is None
    True
    """
    base = PurePath(name.replace("\\", "/")).name.replace("\N{NARROW NO-BREAK SPACE}", " ")
    for source, pattern in NAMED:
        found = pattern.search(base)
        if found:
            dated = _dated(found.groupdict(), source)
            if dated:
                return dated
    return None


def _dated(parts: dict[str, str | None], source: str) -> Dated | None:
    hour = int(parts.get("hour") or 0)
    half = parts.get("half")
    if half:
        hour = hour % 12 + (12 if half in "Pp" else 0)
    try:
        when = datetime(
            int(parts["year"] or 0),
            int(parts["month"] or 0),
            int(parts["day"] or 0),
            hour,
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
        )
    except ValueError:
        return None
    return Dated(when, "named", source, precise=parts.get("hour") is not None)


def _embedded(stream: BinaryIO) -> Dated | None:
    from PIL import Image

    from archiver.reading.screen.picture import MOST_PIXELS

    try:
        if not _may_carry_exif(stream):
            return None
        with Image.open(stream) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            exif = image.getexif()
            raw = exif.get_ifd(EXIF_IFD).get(DATE_TIME_ORIGINAL) or exif.get(DATE_TIME)
        when = datetime.strptime(str(raw).strip("\0 ")[:19], "%Y:%m:%d %H:%M:%S")
    except (
        OSError,
        ValueError,
        SyntaxError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        Image.DecompressionBombError,
    ):
        return None
    return Dated(when, "embedded", "the picture's EXIF date")


PNG: Final = b"\x89PNG\r\n\x1a\n"
_TOLD_IN = (b"eXIf", b"tEXt", b"zTXt", b"iTXt")


def _may_carry_exif(stream: BinaryIO) -> bool:
    """Whether a picture has to be asked for EXIF; the stream is left at its start.

    A PNG may carry it behind its pixels, so Pillow decodes them all to see: 40 ms of each screenshot that has none. Its
    chunks bear their lengths, and say so at once.
    """
    found = stream.read(8) != PNG
    while not found and len(head := stream.read(8)) == 8:
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        found = kind in _TOLD_IN
        stream.seek(length + 4, 1)
    stream.seek(0)
    return found
