"""Opens a picture within bounds, or refuses it in one sentence.

Pixels and bytes are bounded before anything is decoded: a few kilobytes of PNG can hold gigapixels.
"""

from __future__ import annotations

from typing import BinaryIO, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from archiver.errors import Refused

Pixels = NDArray[np.uint8]
"""Rows, columns, red green blue; 0 to 255."""

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
"""A phone's screen is 1 to 6 million pixels, a long scrolling capture perhaps 30 million."""
LEAST_SIDE: Final = 120
READABLE: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "MPO")
HEIC_BRANDS: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


class Picture(NamedTuple):
    """A decoded picture, upright, without a frame round it."""

    pixels: Pixels
    lossy: bool
    """True for JPEG and the like: flat colours are not quite flat."""
    left: int = 0
    """Columns of frame that were cut off: add to get back to the pixels of the original."""
    top: int = 0


def open_picture(name: str, stream: BinaryIO) -> Picture:
    """Decode a picture; ``name`` is used in the sentences of refusal.

    Raises ``Refused``: ``too-large``, ``broken-picture``, ``unsupported-picture``, ``not-a-chat``.
    """
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refused(
            "too-large", f"{name}: the picture is larger than 64 MB. Hand over the screenshot as it was taken."
        )
    stream.close()
    return _decode(name, data)


def _decode(name: str, data: bytes) -> Picture:
    import io
    import warnings

    heic = data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(io.BytesIO(data))
            _check(name, image, heic)
            image.load()
            lossy = image.format in ("JPEG", "MPO", "WEBP")
            image = _flatten(ImageOps.exif_transpose(image))
    except UnidentifiedImageError:
        raise _unreadable(name, heic) from None
    except (Image.DecompressionBombError, MemoryError):
        raise Refused("too-large", f"{name}: the picture has too many pixels to be a screenshot.") from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError):
        raise Refused(
            "broken-picture", f"{name}: the picture is damaged and cannot be opened. Hand over a fresh copy."
        ) from None
    return unframe(np.asarray(image), lossy)


def unframe(pixels: Pixels, lossy: bool) -> Picture:
    """Cut off a letterbox: a border of one colour behind which nearly all of the picture differs at once."""
    limit = 12 if lossy else 4
    left, right = _border(pixels, limit), pixels.shape[1] - _border(pixels[:, ::-1], limit)
    across = pixels[:, left:right].swapaxes(0, 1)
    top, bottom = _border(across, limit), pixels.shape[0] - _border(across[:, ::-1], limit)
    if right - left < LEAST_SIDE or bottom - top < LEAST_SIDE:
        return Picture(pixels, lossy)
    return Picture(np.ascontiguousarray(pixels[top:bottom, left:right]), lossy, left, top)


def _border(pixels: Pixels, limit: int) -> int:
    """How many columns at the left are a frame."""
    sample = pixels[::3, : pixels.shape[1] // 3].astype(np.int16)
    colour = np.median(sample[:, 0], axis=0)
    differs = np.abs(sample - colour).max(axis=2) > limit
    share = differs.mean(axis=0)
    columns = np.flatnonzero(share > 0.01)
    if not len(columns) or columns[0] < 2:
        return 0
    first = int(columns[0])
    # Within a frame nearly every row differs; where the ground of the chat has been taken for one, only bubbles do.
    rows = np.flatnonzero(differs.any(axis=1))
    whole = differs[rows[0] : rows[-1] + 1, first : first + 4].mean(axis=0)
    return first if whole.max() > 0.85 else 0


def _check(name: str, image: Image.Image, heic: bool) -> None:
    """Refuse by what the file's head says, before its pixels are decoded."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        sentence = f"{name}: the picture has {width} x {height} pixels, more than any screenshot (at most 40 million)."
        raise Refused("too-large", sentence)
    if image.format not in READABLE and not heic:
        raise _unreadable(name, heic)
    if min(width, height) < LEAST_SIDE:
        raise Refused("not-a-chat", f"{name}: the picture is too small ({width} x {height}) to show a chat.")


def _unreadable(name: str, heic: bool) -> Refused:
    if heic:
        sentence = (
            f"{name}: this is an HEIC photo, which cannot be read here. Open it and save or share it as JPEG or PNG."
        )
        return Refused("unsupported-picture", sentence)
    return Refused("unsupported-picture", f"{name}: this is no picture that can be read here. Save it as PNG or JPEG.")


def _flatten(image: Image.Image) -> Image.Image:
    """RGB on white: a screenshot pasted elsewhere may be transparent round its edges."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        ground = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(ground, rgba).convert("RGB")
    return image.convert("RGB")
