"""The entries of a zip, made sure of from its directory before a single byte is unpacked.

Nothing is ever unpacked to disk. Every reading of an entry is a fresh stream that cannot give more bytes
than the zip's directory promised.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, NoReturn

from archiver.errors import Refused
from archiver.reading.containers.content import Handed, plain_name

MAX_ENTRIES = 100_000
MAX_TOTAL = 8 * 1024**3
MAX_RATIO = 100
"""Chat text packs 10 to 30 times smaller, a very repetitive one perhaps 60 times; a bomb a thousand times."""
RATIO_FROM = 10_000_000
"""Small files may pack as well as they like."""
TOTAL_RATIO_FROM = 100_000_000
MAX_DIRECTORY = 64 * 1024**2

_LOCAL = struct.Struct("<4s5H3I2H")
_TROUBLE = (zipfile.BadZipFile, struct.error, NotImplementedError, EOFError, OSError, ValueError, OverflowError)
"""What `zipfile` raises on a directory that makes no sense. ValueError covers UnicodeDecodeError."""
_ENCRYPTED, _UTF8, _AES = 0x2041, 0x800, 99
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in a zip, as promised by its directory and found in place."""

    name: str
    size: int
    packed: int
    data: int
    """Offset of its packed bytes in the zip."""
    crc: int
    deflated: bool
    dated: datetime | None
    """As written, no zone; None where it is missing or impossible."""


def read_entries(zipped: Handed) -> list[Entry]:
    """List the files of a zip, in its order, folders left out, once all of it has been found safe.

    Raises Refused: ``bad-zip``, ``unsafe-path``, ``duplicate-entry``, ``encrypted-zip`` or ``too-large``.
    """
    with zipped.open() as stream:
        listed, end = _directory(zipped, stream)
        _check_names(zipped, listed)
        infos = [info for info in listed if not _is_folder(info)]
        _check_packing(zipped, infos)
        _check_sizes(zipped, infos)
        return _placed(zipped, stream, infos, end)


def open_entry(zipped: Handed, entry: Entry) -> BinaryIO:
    """Give a fresh stream of an entry's bytes; closing it closes the zip.

    Reading from it raises Refused ``bad-zip`` as soon as the bytes break the directory's promise.
    """
    stream = zipped.open()
    stream.seek(entry.data)
    return io.BufferedReader(_Unpacking(stream, entry, zipped.label), 128 * 1024)


def _directory(zipped: Handed, stream: BinaryIO) -> tuple[list[zipfile.ZipInfo], int]:
    try:
        with zipfile.ZipFile(_Measured(stream, zipped.label)) as opened:
            return opened.infolist(), opened.start_dir
    except _TROUBLE as trouble:
        if not _has_end(stream):
            raise Refused(
                "bad-zip",
                f"{zipped.label}: the zip is cut short (its end is missing). Ask for it to be sent again.",
            ) from trouble
        raise _damaged(zipped.label) from trouble


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.orig_filename.endswith("/") and info.file_size == 0


def _has_end(stream: BinaryIO) -> bool:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 66_000))
    return b"PK\x05\x06" in stream.read()


def _damaged(label: str) -> Refused:
    return Refused("bad-zip", f"{label}: the zip is damaged. Ask for it to be sent again.")


class _Measured(io.BufferedIOBase, BinaryIO):
    """A zip under reading that refuses a directory too long to hold in memory.

    `zipfile` takes the whole directory in one read and makes an object of each entry before anyone can count.
    """

    def __init__(self, stream: BinaryIO, label: str) -> None:
        self._stream, self._label = stream, label

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            _refuse_entries(self._label)
        data = self._stream.read(-1 if size is None else size)
        if data.count(b"PK\x01\x02") > MAX_ENTRIES:
            _refuse_entries(self._label)
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


def _refuse_entries(label: str) -> NoReturn:
    raise Refused("too-large", f"{label}: the zip lists more than {MAX_ENTRIES:,} files. No WhatsApp export does.")


def _check_names(zipped: Handed, infos: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for info in infos:
        name = _name(info)
        if not _is_safe(name) or not (_is_folder(info) or _is_plain_file(info)):
            raise Refused(
                "unsafe-path",
                f"{zipped.label}: the zip holds “{plain_name(name)}”, which points outside the zip. "
                "Nothing was unpacked. Ask for the export to be made again.",
            )
        key = unicodedata.normalize("NFC", name.removeprefix("./"))
        if key in seen and not _is_folder(info):
            raise Refused(
                "duplicate-entry",
                f"{zipped.label}: the zip holds two files named “{plain_name(name)}”, and nothing says which "
                "is meant. Ask for the export to be made again.",
            )
        seen.add(key)


def _name(info: zipfile.ZipInfo) -> str:
    """Decode a name. A Mac writes UTF-8 without saying so, which `zipfile` then reads as DOS letters.

    `info.filename` will not do: it ends at the first NUL.
    """
    if info.flag_bits & _UTF8:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.orig_filename


def _is_safe(name: str) -> bool:
    if not name or "\0" in name or "\\" in name or name.startswith("/") or _DRIVE.match(name):
        return False
    return ".." not in name.split("/")


def _is_plain_file(info: zipfile.ZipInfo) -> bool:
    return stat.S_IFMT(info.external_attr >> 16) in {0, stat.S_IFREG}


def _check_packing(zipped: Handed, infos: list[zipfile.ZipInfo]) -> None:
    for info in infos:
        if info.flag_bits & _ENCRYPTED or info.compress_type == _AES:
            raise Refused(
                "encrypted-zip", f"{zipped.label}: the zip is locked with a password. Ask for one without a password."
            )
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Refused(
                "bad-zip",
                f"{zipped.label}: the zip is packed in a way that this program does not read "
                f"(method {info.compress_type}). Zip the files again in the ordinary way.",
            )


def _check_sizes(zipped: Handed, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_ENTRIES:
        _refuse_entries(zipped.label)
    total = sum(info.file_size for info in infos)
    bomb = any(i.file_size > RATIO_FROM and i.file_size > MAX_RATIO * i.compress_size for i in infos)
    if bomb or total > MAX_TOTAL or (total > TOTAL_RATIO_FROM and total > MAX_RATIO * zipped.size):
        raise Refused(
            "too-large",
            f"{zipped.label}: the zip would unpack to {total / 1e6:,.0f} MB from {zipped.size / 1e6:,.1f} MB, "
            "far beyond what a WhatsApp export does. Nothing was unpacked. Ask where it comes from.",
        )


def _placed(zipped: Handed, stream: BinaryIO, infos: list[zipfile.ZipInfo], end: int) -> list[Entry]:
    """Find each entry at its place, and that no two share bytes.

    A bomb of overlapping entries (David Fifield, 2019) passes every check of sizes and ratios but this one.
    """
    data, free = {}, 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < free:
            raise Refused(
                "too-large",
                f"{zipped.label}: the files in the zip share the same bytes: it is damaged, or a trap. "
                "Nothing was unpacked. Ask for the export to be made again.",
            )
        data[id(info)] = _data_offset(zipped, stream, info)
        free = data[id(info)] + info.compress_size
        if free > end:
            raise _damaged(zipped.label)
    return [_entry(info, data[id(info)]) for info in infos]


def _data_offset(zipped: Handed, stream: BinaryIO, info: zipfile.ZipInfo) -> int:
    """Read the entry's own header, which must agree with the directory; give where its packed bytes start."""
    stream.seek(info.header_offset)
    header = stream.read(_LOCAL.size)
    if len(header) < _LOCAL.size:
        raise _damaged(zipped.label)
    mark, _, flags, method, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack(header)
    name = stream.read(name_length)
    promised = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")
    if mark != b"PK\x03\x04" or name != promised or method != info.compress_type or flags & _ENCRYPTED:
        raise _damaged(zipped.label)
    return info.header_offset + _LOCAL.size + int(name_length) + int(extra_length)


def _entry(info: zipfile.ZipInfo, data: int) -> Entry:
    deflated = info.compress_type == zipfile.ZIP_DEFLATED
    return Entry(_name(info), info.file_size, info.compress_size, data, info.CRC, deflated, _dated(info))


def _dated(info: zipfile.ZipInfo) -> datetime | None:
    try:
        dated = datetime(*info.date_time)
    except ValueError:
        return None
    # 1 January 1980 is what programs write that know no date; WhatsApp began in 2009.
    return dated if dated.year >= 2009 else None


class _Unpacking(io.RawIOBase):
    """The bytes of one entry, as they unpack."""

    def __init__(self, stream: BinaryIO, entry: Entry, label: str) -> None:
        self._stream, self._entry, self._label = stream, entry, label
        self._packed_left, self._given, self._crc, self._done = entry.packed, 0, 0, False
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.deflated else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        if self._done:
            return 0
        # One byte more than was promised is enough to see that the promise is broken.
        piece = self._piece(min(len(buffer), self._entry.size - self._given + 1))
        self._given += len(piece)
        self._crc = zlib.crc32(piece, self._crc)
        if self._given > self._entry.size:
            raise _damaged(self._label)
        if not piece:
            self._finish()
        buffer[: len(piece)] = piece
        return len(piece)

    def _piece(self, size: int) -> bytes:
        """Unpack at most so many bytes; none at the end."""
        if self._inflate is None:
            return self._take(size)
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._take(64 * 1024)
            try:
                piece = self._inflate.decompress(packed, size)
            except zlib.error as trouble:
                raise _damaged(self._label) from trouble
            if piece:
                return piece
            if not packed and not self._inflate.eof:
                raise _damaged(self._label)
        return b""

    def _take(self, size: int) -> bytes:
        packed = self._stream.read(min(size, self._packed_left))
        self._packed_left -= len(packed)
        return packed

    def _finish(self) -> None:
        self._done = True
        leftover = self._packed_left or (self._inflate is not None and self._inflate.unused_data)
        if leftover or self._given != self._entry.size or self._crc != self._entry.crc:
            raise _damaged(self._label)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
