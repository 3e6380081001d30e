"""What flows through the house: frozen records, no behaviour, no database.

    paths → Bundle → Reading → Batch of Sightings and Findings → Match → the record

``None`` only ever means *not known*; an empty tuple or text means *none*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal, NamedTuple

Route = Literal["email-export", "web-paste", "screenshot"]
Kind = Literal["text", "system", "media", "deleted", "call", "location", "contact", "poll"]
DateOrder = Literal["dmy", "mdy", "ymd"]
Basis = Literal["noted", "embedded", "named", "filed"]
"""How the capture date is known, best first: a person noted it; it lies inside the capture (an email's
date, a zip's entry, EXIF); the file's name says it; the file system's clock says it."""


class Quoted(NamedTuple):
    """The part of a bubble that repeats the message it answers, as shown and perhaps cut short."""

    sender: str | None
    text: str


class Sighting(NamedTuple):
    """One message as one capture shows it. Never merged away, never edited."""

    sent_at: str | None
    """The phone's own clock, no zone: ``2024-03-05T14:07``, with ``:SS`` where shown; on a screen perhaps
    only ``2024-03-05`` or ``T14:07``; None where nothing is shown."""
    sender: str | None
    """As written, without direction marks, odd spaces made plain; None for system messages and where not shown."""
    kind: Kind
    text: str
    """As written, lines joined by ``\\n``, without direction marks, edited marker and closing line breaks."""
    edited: bool = False
    attachment: str | None = None
    """The exported file's name; None where the export left it out or there is none."""
    line: int | None = None
    """1-based number of its first physical line in its member; None on a screen."""
    lines: int | None = None
    """How many physical lines it covers; None on a screen."""
    event: str | None = None
    """For a system message, what happened, in one of the words of ``reading/dialects/wording.py``."""
    earliest: str | None = None
    """Where the date is in doubt: the earliest it can be, in the form of ``sent_at``; None where not in doubt."""
    latest: str | None = None
    confidence: float | None = None
    """0.0 to 1.0 where a machine guessed (a screen); None where the characters stood in a text."""
    box: tuple[int, int, int, int] | None = None
    """x, y, width, height in pixels of the original picture, from its top left."""
    partial: bool = False
    """Cut by the edge of the screen, or something floats over it: ``text`` is only what can be read."""
    quoted: Quoted | None = None


class Finding(NamedTuple):
    """Something odd, kept beside the record and shown to people. It never stops the work."""

    word: str
    """One of the words in ``archiver/reading/findings.py``."""
    detail: str
    """One sentence for a person; quotes no message text."""
    line: int | None = None
    lines: int | None = None
    box: tuple[int, int, int, int] | None = None


class HeldMessage(NamedTuple):
    """A message as it is held, as far as matching needs it."""

    id: int
    sent_at: str
    """To the minute at least."""
    sender: int | None
    kind: str
    event: str | None
    text: str
    edited: int
    sighting: int
    """The sighting whose words stand in it."""


class Seen(NamedTuple):
    """A sighting that is held, as its capture shows it: what telling messages apart anew needs."""

    sighting: int
    capture: int
    message: int
    """The message that it is said to be."""
    kept_at: str
    """When it was sent by the clock the chat is kept by: to the minute, or to the second where its capture shows it."""
    person: int | None
    alias: int | None
    kind: str
    event: str | None
    text: str
    edited: int


class Decided(NamedTuple):
    """The decision on one sighting: the held message that it is, or None where it is new."""

    message: HeldMessage | None
    rule: str = "first"
    """One of the names in the table ``match_rules``."""
    score: float | None = None
    """0.0 to 1.0; None where nothing was weighed."""


class Batch(NamedTuple):
    """A piece of a reading: some sightings in the order of the source, and what was found odd on the way."""

    sightings: Sequence[Sighting]
    findings: list[Finding]


class Dated(NamedTuple):
    """A date that a capture carries, and how it is known."""

    when: datetime
    """Naive local time, or midnight where ``precise`` is false."""
    basis: Basis
    source: str
    """Where it stands, in words: ``the email's Date header``, ``the date of _chat.txt in the zip``."""
    precise: bool = True
    """False where only the day is known."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a source: the file handed over itself, or one inside its zip or email."""

    name: str
    """As it stands in its container, path included; for a bare file the file's own name."""
    media_type: str
    size: int
    """Bytes, unpacked."""
    open: Callable[[], BinaryIO]
    """A fresh stream of its bytes from the start; the caller closes it."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What belongs together in a source: the text of one chat with its attachments, or one picture."""

    main: Member
    """The chat text or the picture."""
    attachments: tuple[Member, ...]
    names: tuple[str, ...]
    """Names that may tell the chat's name, most trustworthy first: the text's file name, the zip's or
    file's name, the email's subject."""
    dates: tuple[Dated, ...]
    """Every date that the source carries for this bundle, best basis first."""
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One file as handed over. Its digest is its identity."""

    name: str
    sha256: str
    media_type: str
    size: int
    bundles: tuple[Bundle, ...]
    findings: tuple[Finding, ...] = ()
    """What was odd about the container itself."""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What a person said about the sources they hand over. None: not said."""

    chat: str | None = None
    captured: Dated | None = None
    noted_by: str | None = None
    custodian: str | None = None
    work: str | None = None
    timezone: str = "Europe/London"
    date_order: DateOrder | None = None
    workers: int = 1
    ocr_language: str = "eng"


@dataclass(frozen=True, slots=True)
class Reading:
    """One capture of one chat, ready to be walked through once."""

    chat: str | None
    route: Route
    captured: Dated | None
    member: str
    """Name of the file the sightings stand in."""
    dialect: str
    """Which grammar or engine read it, with its version: part of the provenance."""
    date_order: DateOrder | None
    date_order_proof: str
    """What settled the date order, in words, naming the line; empty where nothing had to be settled."""
    batches: Callable[[], Iterator[Batch]]
    """Walks through the capture in its own order, in pieces; may be called again and gives the same."""
    attachments: tuple[Member, ...] = ()
    group: bool | None = None
    clock: str | None = None
    """The time in a screen's status bar, as shown; None where there is none."""
