"""Makes containers for tests, sound and hostile ones, byte by byte where the usual writers refuse."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from archiver.model import Source
from archiver.reading.detect import open_source

CHAT = (
    "20/11/2026, 09:00 - Alex Black (MOJ): Morning\n20/11/2026, 09:01 - Priya Shah (HMT): Morning – ready?\n".encode()
)
IPHONE = b"[20/11/2026, 09:00:11] Alex Black (MOJ): One\ntwo\r\n[20/11/2026, 09:01:02] Priya: Done\r\n"
MINUTES = b"Minutes of the panel.\nPresent: all.\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 64
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 64

_HEADER = re.compile(rb"^(?:\xef\xbb\xbf)?(?:\d\d?/\d\d?/\d{2,4}, \d\d?:\d\d - |\[\d)", re.MULTILINE)


def is_chat(head: bytes) -> bool:
    """Tells a chat as the real dialects do, but only two British ones."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) & ~1].decode("utf-16", "replace").encode()
    return _HEADER.search(head) is not None


def opened(path: Path, data: bytes | None = None, **options: Any) -> Source:
    """Opens a file, written first where its bytes are given."""
    if data is not None:
        path.write_bytes(data)
    return open_source(path, sha256="0" * 64, size=path.stat().st_size, is_chat=is_chat, **options)


def mains(source: Source) -> dict[str, bytes]:
    """The main texts or pictures of a source, by name, read whole."""
    return {bundle.main.name: bytes_of(bundle.main) for bundle in source.bundles}


def bytes_of(member: Any) -> bytes:
    with member.open() as stream:
        data: bytes = stream.read()
    return data


def zip_of(*files: tuple[str, bytes], date: tuple[int, int, int, int, int, int] = (2026, 11, 20, 9, 30, 0)) -> bytes:
    """A sound zip of these files, in this order, names doubled if asked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, data in files:
            writer.writestr(zipfile.ZipInfo(name, date), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def raw_zip(*entries: dict[str, Any]) -> bytes:
    """A zip whose directory says whatever is asked: each entry a dict that overrides the truth.

    Keys: name (bytes), data (bytes), local_name, size, packed, crc, method, flags, external, offset.
    """
    out, directory = io.BytesIO(), b""
    for entry in entries:
        data: bytes = entry.get("data", b"")
        method = entry.get("method", 8)
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(data) + packer.flush() if method == 8 else data
        name = entry["name"]
        local = entry.get("local_name", name)
        sizes = (
            entry.get("crc", zlib.crc32(data)),
            entry.get("packed", len(packed)),
            entry.get("size", len(data)),
        )
        flags = entry.get("flags", 0)
        offset = entry.get("offset", out.tell())
        if "offset" not in entry:
            out.write(struct.pack("<4s5H3I2H", b"PK\3\4", 20, flags, method, 0x4BC0, 0x5D74, *sizes, len(local), 0))
            out.write(local + packed)
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 0x0314, 20, flags, method, 0x4BC0, 0x5D74, *sizes, len(name), 0, 0, 0, 0,
            entry.get("external", 0o100644 << 16), offset,
        ) + name  # fmt: skip
    start = out.tell()
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), start, 0)
    return out.getvalue() + directory + end


def mail_of(
    *attachments: tuple[str, bytes],
    subject: str = "WhatsApp Chat with Budget team",
    body: str = "See attached.",
    date: str = "Fri, 20 Nov 2026 09:31:07 +0000",
) -> EmailMessage:
    """An email with these files attached as bytes of no declared kind."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "alex.black@justice.example.gov.uk", "records@justice.example.gov.uk"
    mail["Subject"], mail["Date"], mail["Message-ID"] = subject, date, "<1@mail.example.gov.uk>"
    mail.set_content(body)
    for name, data in attachments:
        mail.add_attachment(data, "application", "octet-stream", filename=name)
    return mail


def raw_mail(*parts: bytes, fields: bytes = b"", boundary: bytes = b"b0", close: bool = True) -> bytes:
    """An email put together byte by byte: each part has its own fields, an empty line and a body."""
    head = (
        b"From: alex.black@justice.example.gov.uk\r\nSubject: WhatsApp Chat with Budget team\r\n"
        b"Date: Fri, 20 Nov 2026 09:31:07 +0000\r\nMIME-Version: 1.0\r\n" + fields +
        b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n'
    )  # fmt: skip
    middle = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return head + middle + (b"--" + boundary + b"--\r\n" if close else b"")
