"""Bytes into characters, without losing or changing one: the encoding of a text, and how its pieces are read.

An encoding is known here by a name of ours: Python's, or one of these where some bytes break its rules:

    utf-8/cut        the last character was cut short with the file
    utf-8/cp1252     UTF-8 but for odd bytes, each read as Windows-1252
    utf-16/odd       UTF-16 with halves of characters
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from archiver.model import Member

PIECE = 1 << 16
"""Bytes read at a time; small enough to stay in the processor's cache even where an emoji widens them."""
UTF8_CUT, UTF8_AND_1252, UTF16_ODD, WINDOWS_1252 = "utf-8/cut", "utf-8/cp1252", "utf-16/odd", "cp1252"


def _keep_undefined(error: UnicodeError) -> tuple[str, int]:
    """Windows-1252 leaves five bytes undefined: keep each as the control character of its number."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(chr, error.object[error.start : error.end])), error.end


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8, each by itself."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="archiver-keep"), error.end


codecs.register_error("archiver-keep", _keep_undefined)
codecs.register_error("archiver-1252", _as_windows_1252)

_BROKEN = {
    UTF8_CUT: ("utf-8", "replace"),
    UTF8_AND_1252: ("utf-8", "archiver-1252"),
    UTF16_ODD: ("utf-16", "replace"),
    WINDOWS_1252: ("cp1252", "archiver-keep"),
}


def encoding_of(head: bytes) -> str:
    """The encoding that the first bytes declare or show, or ``utf-8`` where they do neither.

    >>> encoding_of(b"[\\0001\\0005\\000:\\000")
    'utf-16-le'
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    sample = head[:512]
    for name, zeros, others in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if zeros.count(0) * 2 > len(zeros) and not others.count(0):
            return name
    return "utf-8"


def broken_encoding(member: Member, encoding: str, error: UnicodeDecodeError) -> str:
    """How a text is to be read that broke the rules of its encoding.

    A text whose bytes are mostly good UTF-8 is not Windows-1252 for one bad byte: reading it so would spoil every
    other character in it.
    """
    if encoding.startswith("utf-16"):
        return UTF16_ODD
    if error.reason == "unexpected end of data":
        return UTF8_CUT
    bad = 0

    def count(error: UnicodeError) -> tuple[str, int]:
        nonlocal bad
        if not isinstance(error, UnicodeDecodeError):
            raise error
        bad += error.end - error.start
        return "", error.end

    codecs.register_error("archiver-count", count)
    good = sum(len(piece) - _ascii(piece) for piece in _decoded(member.open(), "utf-8", "archiver-count"))
    return UTF8_AND_1252 if good > bad else WINDOWS_1252


def _ascii(text: str) -> int:
    return len(text.encode("ascii", errors="ignore"))


def decode_head(head: bytes) -> str:
    """The first characters of a text, as well as they can be read; the last may be cut."""
    encoding = encoding_of(head)
    try:
        return next(_decoded(io.BytesIO(head), encoding, "strict"), "")
    except UnicodeDecodeError:
        broken = UTF16_ODD if encoding.startswith("utf-16") else UTF8_AND_1252
        return next(_decoded(io.BytesIO(head), *_BROKEN[broken]), "")


def decoded(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The characters of a text in pieces that never part a CR from its LF; no line end is translated."""
    name, errors = _BROKEN.get(encoding, (encoding, "strict"))
    held = ""
    for piece in _decoded(stream, name, errors):
        whole = held + piece if held else piece
        held = "\r" if whole.endswith("\r") else ""
        if held:
            whole = whole[:-1]
        if whole:
            yield whole
    if held:
        yield held


def _decoded(stream: BinaryIO, name: str, errors: str) -> Iterator[str]:
    with stream:
        block = stream.read(PIECE)
        if name == "utf-16":
            name, block = _byte_order(block)
        decode = codecs.getincrementaldecoder(name)(errors).decode
        while block:
            yield decode(block)
            block = stream.read(PIECE)
        yield decode(b"", True)


def _byte_order(block: bytes) -> tuple[str, bytes]:
    """Python's own decoder of UTF-16 raises where a mark stands before nothing that it can read."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if block.startswith(mark):
            return name, block[2:]
    found = encoding_of(block)
    return found if found.startswith("utf-16-") else "utf-16-le", block
