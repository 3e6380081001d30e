"""The chat's name from the names of files and the subjects of emails."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import unquote

from archiver.reading.dialects.wording import CHAT_FILE
from archiver.reading.marks import plain_label, without_marks

_ENDINGS = re.compile(r"(?:\.(?:txt|zip|eml|msg|mbox))+\Z", re.IGNORECASE)
_COPY = re.compile(r"(?: ?\(\d{1,2}\)| - Copy(?: \(\d+\))?)\Z")
_REPLY = re.compile(r"(?:(?:re|fw|fwd|aw|wg|tr|rv)(?:\[\d+\])?: ?)+", re.IGNORECASE)
_PATTERNS = tuple(re.compile("(.+)".join(map(re.escape, pattern.split("*")))) for pattern in CHAT_FILE)


def chat_name(names: Iterable[str]) -> str | None:
    """The chat that the first telling name is of, or None where none tells.

    >>> chat_name(["_chat.txt", "WhatsApp Chat - Flood desk (1).zip"])
    'Flood desk'
    """
    for name in names:
        stem = _stem(name)
        for pattern in _PATTERNS:
            if found := pattern.fullmatch(stem):
                return found[1].strip() or None
    return None


def _stem(name: str) -> str:
    """A file's or subject's name without folder, ending, reply marks, copy numbers and what stands for blanks."""
    name = PurePosixPath(name.replace("\\", "/")).name if _ENDINGS.search(name) else name
    name = unquote(name) if "%20" in name else name
    stem = unicodedata.normalize(
        "NFC", plain_label(without_marks(_ENDINGS.sub("", _REPLY.sub("", name.strip(), count=1))))
    )
    if " " not in stem and stem.count("_") > 1:
        stem = stem.replace("_", " ")
    return _COPY.sub("", stem)
