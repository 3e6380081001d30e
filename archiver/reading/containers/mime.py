"""An email's parts, as spans of its bytes.

The standard library's parser goes line by line through Python and keeps no offsets; on a 100 MB email that
is ten seconds and half a gigabyte. Here only the fields go through it; bodies are found by their
boundaries, stay where they are, and are decoded to exactly the bytes that were attached.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value

from archiver.errors import Refused

MAX_DEPTH = 20
MAX_PARTS = 10_000
MAX_FIELDS = 1024**2
"""Bytes of the fields of one part. Long lists of recipients and signatures reach some tens of thousands."""
MAX_VALUE = 16 * 1024
MAX_PIECES = 200
"""Parameters or encoded words in one field. The standard library takes time by the square of their number."""

_FIELDS_END = re.compile(rb"\n\r?\n")
_TROUBLE = (ValueError, LookupError, TypeError, AttributeError, HeaderParseError)
"""What the standard library raises on fields that break their grammar."""
_ALPHABET = re.compile(
    r"utf-?(?:8|16|16le|16be|32)|(?:us-)?ascii|(?:iso-?8859|windows|cp|koi8|euc|iso-2022)-?\w+|latin-?\d|macintosh|"
    r"big5\w*|gb\w+|shift_jis",
    re.IGNORECASE,
)
"""Alphabets in use in emails. Python knows others, some of which (punycode) take time by the square of the length."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an email: what its fields say, and where its body lies in the email's bytes."""

    fields: Message
    start: int
    end: int
    content_type: str
    """As declared, in lower case; ``text/plain`` where nothing is."""
    encoding: str
    """How the body is wrapped for transport, in lower case; empty where it is not."""
    file_name: str
    """RFC 2231 and 2047 undone; empty where it has none."""
    is_attachment: bool
    """Whether the email's author attached it as a file."""
    parts: tuple[Part, ...] = ()
    cut: bool = False
    """Whether the closing boundary is missing: the email lost its end on the way."""


def _part(fields: Message, start: int, end: int, parts: tuple[Part, ...] = (), *, cut: bool = False) -> Part:
    name = parameter(fields, "content-disposition", "filename") or parameter(fields, "content-type", "name")
    return Part(
        fields=fields,
        start=start,
        end=end,
        content_type=_main_value(fields, "content-type") or "text/plain",
        encoding=_main_value(fields, "content-transfer-encoding"),
        file_name=name,
        is_attachment=bool(name) or _main_value(fields, "content-disposition") == "attachment",
        parts=parts,
        cut=cut,
    )


def read_part(data: bytes, label: str) -> Part:
    """Split an email into its parts, to a bounded depth. Raises Refused ``too-large`` beyond the bounds."""
    return _Splitter(data, label).part(0, len(data), 0)


class _Splitter:
    """Counts the parts of one email while it splits them."""

    def __init__(self, data: bytes, label: str) -> None:
        self._data, self._label, self._count = data, label, 0

    def part(self, start: int, end: int, depth: int) -> Part:
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_PARTS:
            raise self._refusal(f"the email has more than {MAX_PARTS:,} parts or {MAX_DEPTH} layers")
        fields, body = self._fields(start, end)
        kind = _main_value(fields, "content-type")
        if kind.startswith("multipart/"):
            return self._multipart(fields, body, end, depth)
        if kind in {"message/rfc822", "message/global"} and not _is_wrapped(fields):
            return _part(fields, body, end, (self.part(body, end, depth + 1),))
        return _part(fields, body, end)

    def _multipart(self, fields: Message, start: int, end: int, depth: int) -> Part:
        boundary = parameter(fields, "content-type", "boundary").rstrip()
        if not boundary:
            return _part(fields, start, end)
        spans, cut = self._spans(boundary.encode("utf-8", "surrogateescape"), start, end)
        return _part(fields, start, end, tuple(self.part(*span, depth + 1) for span in spans), cut=cut)

    def _spans(self, boundary: bytes, start: int, end: int) -> tuple[list[tuple[int, int]], bool]:
        """Find what lies between the boundaries, the line end before each boundary left out; and whether the last
        boundary is missing."""
        spans: list[tuple[int, int]] = []
        begin, lines = None, 0
        # No anchor in front: so the engine can search for plain bytes, ten times faster.
        for line in re.compile(rb"--" + re.escape(boundary) + rb"(--)?[ \t]*\r?(?:\n|\Z)").finditer(
            self._data, start, end
        ):
            lines += 1
            if lines > 10 * MAX_PARTS:
                raise self._refusal("the email's parts cannot be told apart")
            if line.start() > start and self._data[line.start() - 1] != 0x0A:
                continue
            if begin is not None:
                spans.append((begin, self._before_line_end(begin, line.start())))
            if line[1]:
                return spans, False
            begin = line.end()
            if len(spans) > MAX_PARTS:
                raise self._refusal(f"the email has more than {MAX_PARTS:,} parts")
        if begin is not None:
            spans.append((begin, end))
        return spans, True

    def _before_line_end(self, begin: int, end: int) -> int:
        for line_end in (b"\r\n", b"\n"):
            if self._data.endswith(line_end, begin, end):
                return end - len(line_end)
        return end

    def _fields(self, start: int, end: int) -> tuple[Message, int]:
        """Read the fields in front of a body; give them and where the body starts."""
        for blank_line in (b"\n", b"\r\n"):
            if self._data.startswith(blank_line, start, end):
                return Message(), start + len(blank_line)
        limit = min(end, start + MAX_FIELDS)
        blank = _FIELDS_END.search(self._data, start, limit)
        if blank is None and limit < end:
            raise self._refusal("the email's fields have no end")
        fields = self._data[start : blank.start() + 1 if blank else end]
        return HeaderParser().parsestr(_letters(fields)), blank.end() if blank else end

    def _refusal(self, what: str) -> Refused:
        return Refused("too-large", f"{self._label}: {what}, which no ordinary email does. Ask where it comes from.")


def _letters(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _main_value(fields: Message, name: str) -> str:
    value: object = fields.get(name, "")
    return str(value)[:MAX_VALUE].partition(";")[0].strip().lower()


def _is_wrapped(fields: Message) -> bool:
    return _main_value(fields, "content-transfer-encoding") in {"base64", "quoted-printable"}


def parameter(fields: Message, field: str, name: str) -> str:
    """Read one parameter of a field, RFC 2231 and RFC 2047 undone; empty where there is none or it is nonsense."""
    written = str(fields.get(field, ""))
    if len(written) > MAX_VALUE or written.count(";") > MAX_PIECES:
        return ""
    try:
        value = fields.get_param(name, "", field)
        if isinstance(value, tuple) and not is_alphabet(value[0] or ""):
            value = ("utf-8", value[1], value[2])
        return words(collapse_rfc2231_value(value)).strip() if value else ""
    except _TROUBLE:
        return ""


def is_alphabet(charset: str) -> bool:
    """Tell whether it names an alphabet that emails are written in."""
    return _ALPHABET.fullmatch(charset) is not None


def words(value: str) -> str:
    """Undo the encoded words of a field (RFC 2047), folding included.

    >>> words("=?utf-8?q?Caf=C3=A9?= notes")
    'Café notes'
    """
    plain = "".join(value[:MAX_VALUE].splitlines())
    if not 0 < plain.count("=?") <= MAX_PIECES:
        return plain
    try:
        return "".join(_decoded(piece, charset or "ascii") for piece, charset in decode_header(plain))
    except _TROUBLE:
        return plain


def _decoded(piece: bytes | str, charset: str) -> str:
    if isinstance(piece, str):
        return piece
    return piece.decode(charset if is_alphabet(charset) else "utf-8", "replace")


def unwrap(body: bytes, encoding: str) -> bytes | None:
    """Undo the wrapping for transport: exactly the bytes that were attached, line ends and all.

    What is left of base64 that was cut short is undone as far as it goes. None where it makes no sense.
    """
    if encoding == "base64":
        return _from_base64(body)
    return binascii.a2b_qp(body) if encoding == "quoted-printable" else body


def _from_base64(body: bytes) -> bytes | None:
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    try:
        whole = len(letters) if len(letters) % 4 != 1 else len(letters) - 1
        return binascii.a2b_base64(letters[:whole] + b"==")
    except binascii.Error:
        return None


def leaves(part: Part) -> Iterator[Part]:
    """Walk through the parts of one email that are not themselves split; an attached email is one of them."""
    if part.content_type.startswith("multipart/") and part.parts:
        for inner in part.parts:
            yield from leaves(inner)
    else:
        yield part
