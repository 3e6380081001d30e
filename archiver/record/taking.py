"""One accession as it goes on: its sources, captures, members, and what the log says of them."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from archiver import __version__
from archiver.errors import Refused
from archiver.model import Bundle, Dated, Member, Reading, ReadingOptions, Source
from archiver.record import chats, recognitions
from archiver.record.failpoint import fail_point
from archiver.record.log import commitment
from archiver.record.store import Store, account, utc_now

NOTED = "noted by a person"
"""Where a date stands that a person said."""


@dataclass(frozen=True, slots=True)
class Held:
    """A source whose bytes are held already."""

    source_id: int
    since: str


@dataclass(frozen=True, slots=True)
class Act:
    """The line of an accession by which a source came."""

    id: int
    at: str
    salt: str = ""


class Taking:
    """The accession is written with the first source that is taken or found held; none, where all are refused."""

    def __init__(self, store: Store, stated_name: str | None) -> None:
        self.store = store
        self.run = store.connection.execute
        self.stated_name = stated_name
        self.accession: int | None = None
        self.checkpoint: str | None = None
        self.act: Act | None = None
        """The source at hand."""
        self.captures: dict[tuple[int, str, str | None], int] = {}

    def held_as(self, sha256: str, chat: str | None) -> Held | None:
        """The source with these bytes, or None; None also where its one chat is called otherwise than ``chat``.

        Two groups may export to equal bytes: then each is a capture of its own.
        """
        held = self.held(sha256)
        if held is None or chat is None:
            return held
        rows = self.run(
            "SELECT n.name FROM source_members m JOIN chat_names n ON n.capture_id = m.capture_id"
            " WHERE m.source_id = ?1 UNION SELECT c.name FROM source_members m JOIN captures k ON k.id = m.capture_id"
            " JOIN chats c ON c.id = k.chat_id WHERE m.source_id = ?1",
            (held.source_id,),
        )
        names = {str(name).casefold() for (name,) in rows}
        return held if chats.fold(chat).casefold() in names else None

    def held(self, sha256: str) -> Held | None:
        """The source with these bytes, or None."""
        row = self.run(
            "SELECT s.id, min(a.ingested_at) FROM sources s JOIN accession_sources x ON x.source_id = s.id"
            " JOIN accessions a ON a.id = x.accession_id WHERE s.sha256 = ? GROUP BY s.id",
            (sha256,),
        ).fetchone()
        return Held(*row) if row else None

    def held_file(self, path: Path, chat: str | None) -> tuple[Held, str] | None:
        """The source whose bytes a file repeats, with their digest; a file of another size is not even read."""
        try:
            size = path.stat().st_size
        except OSError:
            return None
        if not self.run("SELECT 1 FROM sources WHERE size = ?", (size,)).fetchone():
            return None
        sha256 = self.store.originals.digest(path)
        held = self.held_as(sha256, chat) if sha256 else None
        return (held, sha256) if held and sha256 else None

    def note_held(self, held: Held, name: str, sha256: str, options: ReadingOptions) -> None:
        """The same bytes again: one line, with what was said this time, in a transaction of its own."""
        with self.store.transaction():
            act = self._add_act(held.source_id, name, "held", options, None)
            self._log(act, held.source_id, sha256, "held", [])
            fail_point("held-noted")

    def begin(self, source: Source, options: ReadingOptions, modified: float | None) -> int:
        """The source's row, the one that its bytes have already where another chat has the same; and the act's line.

        ``modified``: when the file handed over was last changed, in seconds since 1970.
        """
        held = self.held(source.sha256)
        source_id = held.source_id if held else self._insert(
            "INSERT INTO sources (sha256, name, media_type, size) VALUES (?, ?, ?, ?)",
            (source.sha256, source.name, source.media_type, source.size),
        )  # fmt: skip
        self.act = self._add_act(source_id, source.name, "taken", options, modified)
        return source_id

    def end(self, source_id: int, source: Source, captures: list[dict[str, object]]) -> None:
        """The log's entry for a source that is taken."""
        assert self.act is not None
        self._log(self.act, source_id, source.sha256, "taken", captures)

    def _add_act(self, source_id: int, name: str, outcome: str, options: ReadingOptions, modified: float | None) -> Act:
        at, salt = utc_now(), secrets.token_hex(16)
        made = self._insert(
            "INSERT INTO accession_sources"
            " (accession_id, source_id, name, outcome, custodian, work, said, read_with, at, salt, entry)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT count(*) + 1 FROM log))",
            (
                self._accession(), source_id, name, outcome, options.custodian, options.work,
                json.dumps(said(options), ensure_ascii=False), json.dumps(read_with(options, modified)), at, salt,
            ),
        )  # fmt: skip
        return Act(made, at, salt)

    def _log(self, act: Act, source_id: int, sha256: str, outcome: str, captures: list[dict[str, object]]) -> None:
        self.checkpoint = self.store.write_log(
            "ingest",
            {
                "accession": self._accession(),
                "captures": captures,
                "commitment": commitment(act.salt, sha256),
                "outcome": outcome,
                "source": source_id,
            },
        )

    def _accession(self) -> int:
        if (
            self.accession is None
            or not self.run("SELECT 1 FROM accessions WHERE id = ?", (self.accession,)).fetchone()
        ):
            self.accession = self._insert(
                "INSERT INTO accessions (ingested_at, ingested_by, stated_name, tool) VALUES (?, ?, ?, ?)",
                (utc_now(), account(), self.stated_name, f"archiver {__version__}"),
            )
        return self.accession

    def capture_for(self, reading: Reading, options: ReadingOptions, chat_id: int, source_id: int) -> int:
        """A new capture; the pictures of one chat in one accession, taken on one day, are one."""
        captured = None
        if reading.captured:
            captured = written_date(reading.captured)
        key = (chat_id, reading.route, captured[:10] if captured else None)
        if reading.route == "screenshot" and self._still_there(self.captures.get(key)):
            capture_id = self.captures[key]
        else:
            capture_id = self.captures[key] = self._insert(
                "INSERT INTO captures (accession_id, chat_id, route, captured, captured_basis, captured_from, noted_by,"
                " custodian, work, timezone, dialect, date_order, date_order_proof, ingested_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    self._accession(), chat_id, reading.route, captured,
                    reading.captured.basis if reading.captured else None,
                    reading.captured.source if reading.captured else None,
                    options.noted_by, options.custodian, options.work, options.timezone, reading.dialect,
                    reading.date_order, reading.date_order_proof, self._act().at,
                ),
            )  # fmt: skip
            if reading.chat:
                chats.note_name(self.store.connection, chat_id, reading.chat, capture_id)
        self.run("UPDATE sources SET capture_id = coalesce(capture_id, ?) WHERE id = ?", (capture_id, source_id))
        return capture_id

    def _still_there(self, capture_id: int | None) -> bool:
        """Whether a capture of this accession stands: the transaction that made it may have been undone."""
        return capture_id is not None and bool(
            self.run("SELECT 1 FROM captures WHERE id = ?", (capture_id,)).fetchone()
        )

    def add_members(self, source_id: int, capture_id: int, bundle: Bundle) -> tuple[int, dict[str, int]]:
        """The bundle's files; the id of its text or picture, and those of its attachments by name."""
        role = "picture" if bundle.picture else "chat"
        main = self._add_member(source_id, capture_id, bundle.main, role)
        files = {
            PurePosixPath(member.name).name: self._add_member(source_id, capture_id, member, "attachment")
            for member in bundle.attachments
        }
        return main, files

    def keep_reading(self, reading: Reading, options: ReadingOptions) -> None:
        """Keep what was read off a picture, for the day on which the record is derived again."""
        recognitions.keep(self.store.connection, self._act().id, reading, options)

    def _add_member(self, source_id: int, capture_id: int, member: Member, role: str) -> int:
        return self._insert(
            "INSERT INTO source_members"
            " (source_id, accession_source_id, capture_id, name, role, media_type, size, sha256)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (source_id, self._act().id, capture_id, member.name, role, member.media_type, member.size, _digest(member)),
        )

    @property
    def act_id(self) -> int:
        """The number of the act at hand."""
        return self._act().id

    def _act(self) -> Act:
        assert self.act is not None
        return self.act

    def _insert(self, sql: str, values: tuple[object, ...]) -> int:
        made = self.run(sql, values).lastrowid
        assert made is not None
        return made


def said(options: ReadingOptions) -> dict[str, str]:
    """What a person said of a source that bears on how it is read."""
    pairs = {
        "chat": options.chat,
        "captured": options.captured and written_date(options.captured),
        "noted_by": options.noted_by,
        "date_order": options.date_order,
    }
    return {name: value for name, value in pairs.items() if value}


def written_date(dated: Dated) -> str:
    """A capture date as it is kept: to the minute, or only the day where no more is known."""
    return dated.when.strftime("%Y-%m-%dT%H:%M" if dated.precise else "%Y-%m-%d")


def noted_date(text: str) -> Dated:
    """A capture date that a person noted, as ``written_date`` keeps it."""
    return Dated(datetime.fromisoformat(text), "noted", NOTED, precise="T" in text)


def read_with(options: ReadingOptions, modified: float | None) -> dict[str, object]:
    """What else bears on how a source is read, so that it can be read the same way again."""
    return {"timezone": options.timezone, "ocr_language": options.ocr_language, "modified": modified}


def _digest(member: Member) -> str | None:
    """The SHA-256 of a member's bytes, or None where they cannot be read: the rest of the chat is not lost for it."""
    digest = hashlib.sha256()
    try:
        with member.open() as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except (Refused, OSError):
        return None
    return digest.hexdigest()
