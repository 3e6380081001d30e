"""Writes Outlook emails (.msg) for tests: a compound file ([MS-CFB]) with the streams of [MS-OXMSG]."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

END, FREE, FAT_SECTOR, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
Tree = Mapping[str, Any]


def outlook_mail(
    subject: str, *attachments: tuple[str, bytes | Tree], body: str = "", header: int = 32
) -> dict[str, Any]:
    """The streams of one email; an attachment is bytes, or the streams of another email."""
    tree: dict[str, Any] = properties(
        header, {0x0037: subject, 0x1000: body, 0x0039: datetime(2026, 11, 20, 9, 31, 7, tzinfo=UTC)}
    )
    for number, (name, data) in enumerate(attachments):
        told = {0x3707: name, 0x3705: 1 if isinstance(data, bytes) else 5}
        inside = properties(8, told | ({0x3701: data} if isinstance(data, bytes) else {}))
        if not isinstance(data, bytes):
            inside["__substg1.0_3701000D"] = data
        tree[f"__attach_version1.0_#{number:08X}"] = inside
    return tree


def properties(header: int, values: Mapping[int, Any]) -> dict[str, Any]:
    streams: dict[str, Any] = {}
    fixed = bytes(header)
    for number, value in values.items():
        if isinstance(value, int):
            fixed += struct.pack("<HHIII", 3, number, 6, value, 0)
        elif isinstance(value, datetime):
            ticks = int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
            fixed += struct.pack("<HHIQ", 0x40, number, 6, ticks)
        else:
            kind, data = (0x1F, value.encode("utf-16-le")) if isinstance(value, str) else (0x102, value)
            fixed += struct.pack("<HHIII", kind, number, 6, len(data), 0)
            streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
    streams["__properties_version1.0"] = fixed
    return streams


def compound_file(tree: Tree) -> bytes:
    """A compound file with these streams (bytes) and folders (dicts)."""
    entries: list[list[Any]] = [["Root Entry", 5, NONE, NONE, NONE, b""]]
    _add(entries, 0, tree)
    sectors: list[bytes] = []
    fat: list[int] = []
    mini, mini_fat = b"", []

    def store(data: bytes) -> int:
        count = -(-len(data) // 512)
        start = len(sectors)
        sectors.extend(data[n * 512 : n * 512 + 512].ljust(512, b"\0") for n in range(count))
        fat.extend([*range(start + 1, start + count), END])
        return start

    places = []
    for _, kind, *_, data in entries:
        if kind != 2 or not data:
            places.append(END)
        elif len(data) < 4096:
            count = -(-len(data) // 64)
            places.append(len(mini_fat))
            mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), END]
            mini += data.ljust(count * 64, b"\0")
        else:
            places.append(store(data))
    places[0], entries[0][5] = (store(mini) if mini else END), mini
    mini_fat_at = store(b"".join(struct.pack("<I", n) for n in mini_fat)) if mini_fat else END
    directory = b"".join(_entry(*entry[:5], place, len(entry[5])) for entry, place in zip(entries, places, strict=True))
    directory_at = store(directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    mini_count = -(-len(mini_fat) // 128)
    count = -(-(len(sectors) + 1) // 127)
    fat_at = len(sectors)
    fat += [FAT_SECTOR] * count
    table = b"".join(struct.pack("<I", n) for n in fat).ljust(count * 512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, count, directory_at, 0, 4096, mini_fat_at, mini_count, END, 0)
    head += b"".join(struct.pack("<I", fat_at + n) for n in range(count))
    return head.ljust(512, b"\xff") + b"".join(sectors) + table


def _add(entries: list[list[Any]], parent: int, tree: Tree) -> None:
    """Adds entries as a chain of right neighbours: a poor tree, but a tree."""
    last = None
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        value = tree[name]
        number = len(entries)
        entries.append([name, 2 if isinstance(value, bytes) else 1, NONE, NONE, NONE, value])
        if last is None:
            entries[parent][4] = number
        else:
            entries[last][3] = number
        last = number
        if not isinstance(value, bytes):
            entries[number][5] = b""
            _add(entries, number, value)


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    return letters.ljust(64, b"\0") + struct.pack(
        "<HBB3I16xI16xIQ", len(letters), kind, 1, left, right, child, 0, start, size
    )
