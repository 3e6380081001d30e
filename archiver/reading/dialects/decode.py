"""Bytes into characters, without losing or changing one: the encoding of a text, and how its lines end."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from archiver.model import Member

PIECE = 1 << 16
"""Characters read at a time; small enough to stay in the processor's cache even where an emoji widens them."""


def _keep_undefined(error: UnicodeError) -> tuple[str, int]:
    """Windows-1252 leaves five bytes undefined: keep each as the control character of its number."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(chr, error.object[error.start : error.end])), error.end


codecs.register_error("archiver-keep", _keep_undefined)


def encoding_of(head: bytes) -> str:
    """The encoding that the first bytes declare, or ``utf-8`` where they declare none."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-8"


def decode_head(head: bytes) -> str:
    """The first characters of a text, as well as they can be read; the last may be cut."""
    encoding = encoding_of(head)
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    except UnicodeDecodeError:
        return head.decode("cp1252", errors="archiver-keep")


def open_text(member: Member, encoding: str) -> io.TextIOWrapper:
    """The member's characters as a stream in which no line end is translated."""
    errors = "archiver-keep" if encoding == "cp1252" else "strict"
    return io.TextIOWrapper(member.open(), encoding=encoding, errors=errors, newline="\n")


def pieces(stream: io.TextIOWrapper) -> Iterator[str]:
    """The stream in pieces that never part a CR from its LF."""
    with stream:
        while piece := stream.read(PIECE):
            while piece.endswith("\r") and (more := stream.read(1)):
                piece += more
            yield piece


def ends_in_crlf_with_bare_lf(stream: BinaryIO) -> bool:
    """Whether a text ends in CRLF and holds bare LFs too: then only a CRLF ends a message (an iPhone's export).

    Source: case t23, and ten public iPhone exports without exception.
    """
    crlf = lf = 0
    last = b""
    with stream:
        while block := stream.read(1 << 20):
            crlf += block.count(b"\r\n") + (last[-1:] == b"\r" and block[:1] == b"\n")
            lf += block.count(b"\n")
            last = (last + block)[-2:]
    return last == b"\r\n" and lf > crlf
