"""One capture into the record: its sightings, the messages they found or are, people, findings, and search.

Rows go in by the column and by the hundred, indexes of a first large load are built after the rows, and search is
filled once at the end in the order of ids: anything else costs several times as much.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import rshift

from archiver.columns import Columns, Same, columns_of, is_timed, span
from archiver.model import Finding, Sighting
from archiver.record import bulk
from archiver.record.ids import Minutes, allocate
from archiver.record.people import People
from archiver.record.seals import MESSAGE_SHIFT, note_messages

FIRST = 1
"""The row of ``match_rules`` for what nothing held matched."""

BUFFER = 20_000
"""Sightings held before they are written."""

_HASH_MIB = 64
_LATE_INDEXES = (
    "messages_reference", "messages_chat", "messages_odd_time", "messages_event", "sighting_data_message",
    "sighting_data_quoted",
)  # fmt: skip


@dataclass(slots=True)
class Written:
    """What one capture came to."""

    new: int = 0
    seen: int = 0
    first_sent: str | None = None
    last_sent: str | None = None
    new_people: list[str] = field(default_factory=list)
    findings: Counter[str] = field(default_factory=Counter)


class CaptureWriter:
    """Writes one capture within a transaction that its caller holds."""

    def __init__(
        self, connection: sqlite3.Connection, chat_id: int, capture_id: int, custodian: str | None, unknown_at: str
    ) -> None:
        """``unknown_at``: where messages without any time are put, in the form of ``sent_at``."""
        self.connection = connection
        self.chat_id = chat_id
        self.capture_id = capture_id
        self.people = People(connection, chat_id, capture_id, custodian)
        self.written = Written()
        self.minutes = Minutes()
        self.unknown_at = unknown_at
        self.senders: dict[int, list[object]] = {}
        self.added = 0
        self.blocks: set[int] = set()
        """The sealed blocks in which new messages lie."""
        self.new_ids = array("q")
        """Their ids, where the archive held any before: ten million would take 80 MB."""
        one = connection.execute
        self.code, self.number = one("SELECT code, last_number FROM chats WHERE id = ?", (chat_id,)).fetchone()
        self.sighting_id = one("SELECT coalesce(max(id), 0) FROM sighting_data").fetchone()[0]
        self.before = self.sighting_id
        self.newest = one("SELECT coalesce(max(id), 0) FROM messages").fetchone()[0]
        self.first_load = self.newest == 0
        self.late_indexes: dict[str, str] = {}

    def write(self, member_id: int, sightings: Sequence[Sighting], files: dict[str, int]) -> None:
        """Write sightings in their order, each as a new message: the chat was not held before.

        ``files``: the members that hold the attachments, by name.
        """
        if not sightings:
            return
        if self.first_load and len(sightings) >= BUFFER and not self.late_indexes:
            self._put_off_indexes()
        columns = columns_of(sightings)
        for label in dict.fromkeys(columns.sender):
            self.people.of(label)
        pairs = list(map(self.people.known.__getitem__, columns.sender))
        sighting_ids = self.number_sightings(len(sightings))
        people = [person for _, person in pairs]
        ids = self.add(columns, sighting_ids, people)
        shown: dict[str, bulk.Column] = {
            "id": sighting_ids,
            "member_id": Same(member_id, len(sightings)),
            "line": columns.line,
            "lines": columns.lines,
            "alias_id": [alias for alias, _ in pairs],
            "message_id": ids,
            "rule_id": Same(FIRST, len(sightings)),
        }
        if columns.box[0] is not None:
            shown |= {"sent_at": columns.sent_at, **on_screen(columns)}
        bulk.insert(self.connection, "sighting_data", shown)
        self.attach(columns, sighting_ids, ids, files)
        self.count(columns, people, None)

    def number_sightings(self, count: int) -> range:
        """The ids of so many further sightings."""
        first = self.sighting_id + 1
        self.sighting_id += count
        return range(first, self.sighting_id + 1)

    def add(
        self,
        columns: Columns,
        sighting_ids: Sequence[int],
        people: list[int | None],
        kept_at: Sequence[str | None] | None = None,
    ) -> list[int]:
        """``kept_at``: the times by which the messages are kept in order, where these are not the times shown."""
        count = len(columns.text)
        if not count:
            return []
        placed = self._placed(columns.sent_at if kept_at is None else kept_at)
        ids = allocate(self.minutes.floors(placed), self.newest, self._held_ids)
        self.newest = max(self.newest, max(ids))
        self.added += count
        self.blocks.update(map(rshift, ids, repeat(MESSAGE_SHIFT)))
        if not self.first_load:
            self.new_ids.extend(ids)
        first_number = self.number + 1
        self.number += count
        earliest, latest = span(columns)
        bulk.insert(
            self.connection,
            "messages",
            {
                "id": ids,
                "reference": list(map(f"{self.code}/%05d".__mod__, range(first_number, first_number + count))),
                "chat_id": Same(self.chat_id, count),
                "sent_at": columns.sent_at,
                "doubt_earliest": earliest,
                "doubt_latest": latest,
                "sender_id": people,
                "kind": columns.kind,
                "event": columns.event,
                "text": columns.text,
                "edited": list(map(int, columns.edited)),
                "deleted_seen": [int(kind == "deleted") for kind in columns.kind],
                "sighting_id": sighting_ids,
            },
        )
        return ids

    def _placed(self, sent: Sequence[str | None]) -> Sequence[str]:
        """Where each message stands in time: one without a day stands with the message before it, or the next."""
        if is_timed(sent):
            return sent
        placed: list[str] = []
        following = next((s for s in sent if s and s[0] != "T"), self.unknown_at)
        for s in sent:
            if s and s[0] != "T":
                following = s
            placed.append(following)
        return placed

    def _held_ids(self, first: int, last: int) -> set[int]:
        rows = self.connection.execute("SELECT id FROM messages WHERE id BETWEEN ? AND ?", (first, last))
        return {row[0] for row in rows}

    def attach(self, columns: Columns, sighting_ids: range, ids: Sequence[int], files: dict[str, int]) -> None:
        named = [at for at, name in enumerate(columns.attachment) if name is not None]
        self.connection.executemany(
            "INSERT INTO attachments (message_id, sighting_id, name, member_id) VALUES (?, ?, ?, ?)",
            ((ids[at], sighting_ids[at], name := columns.attachment[at], files.get(str(name))) for at in named),
        )

    def count(self, columns: Columns, people: list[int | None], matched: Sequence[int | None] | None) -> None:
        """Keep what the receipt, coverage and memberships need."""
        written = self.written
        seen = 0 if matched is None else sum(message is not None for message in matched)
        written.new += len(people) - seen
        written.seen += seen
        sent = columns.sent_at
        dated = sent if is_timed(sent) else [s for s in sent if s and s[0] != "T"]
        if dated:
            written.first_sent = min(filter(None, (written.first_sent, min(dated))))
            written.last_sent = max(filter(None, (written.last_sent, max(dated))))
        if seen:
            if seen == len(people):
                return
            new = [at for at, message in enumerate(matched or ()) if message is None]
            people, sent = [people[at] for at in new], [sent[at] for at in new]
        last = dict(zip(people, sent, strict=True))
        first = dict(zip(reversed(people), reversed(sent), strict=True))
        for person, count in Counter(people).items():
            if person is None:
                continue
            row = self.senders.setdefault(person, [None, None, 0])
            row[0] = _least(row[0], first[person])
            row[1] = _greatest(row[1], last[person])
            row[2] += count  # type: ignore[operator]

    def find(self, source_id: int, member_id: int, found: Iterable[Finding]) -> None:
        """Keep what was found odd."""
        rows = list(found)
        if not rows:
            return
        word, detail, line, lines, box = zip(*rows, strict=True)
        self.written.findings.update(word)
        bulk.insert(
            self.connection,
            "findings",
            {
                "word": word,
                "detail": detail,
                "source_id": Same(source_id, len(rows)),
                "member_id": Same(member_id, len(rows)),
                "capture_id": Same(self.capture_id, len(rows)),
                "line": line,
                "lines": lines,
                "box": [json.dumps(one) if one else None for one in box],
            },
        )

    def differing_files(self) -> list[tuple[int | None, int | None]]:
        """The lines of messages here whose file another capture holds by the same name with other bytes."""
        return self.connection.execute(
            "SELECT DISTINCT d.line, d.lines FROM source_members m JOIN attachments a ON a.member_id = m.id"
            " JOIN attachments b ON b.message_id = a.message_id AND b.name = a.name"
            " JOIN source_members n ON n.id = b.member_id JOIN sighting_data d ON d.id = a.sighting_id"
            " WHERE m.capture_id = ? AND m.sha256 <> n.sha256 ORDER BY d.line",
            (self.capture_id,),
        ).fetchall()

    def drop_found_files(self) -> None:
        """A file that one capture lacks and another brings, for the same message by the same name, is not missing."""
        self.connection.execute(
            "DELETE FROM findings WHERE id IN (SELECT f.id FROM attachments a"
            " CROSS JOIN attachments b ON b.message_id = a.message_id AND b.name = a.name AND b.member_id IS NOT NULL"
            " CROSS JOIN sighting_data d ON d.id = a.sighting_id"
            " CROSS JOIN source_members m ON m.id = d.member_id"
            " CROSS JOIN findings f ON f.capture_id = m.capture_id AND f.word = 'missing-attachment'"
            "  AND f.member_id = m.id AND f.line = d.line WHERE a.member_id IS NULL)"
        )

    def close(self) -> Written:
        """Build what is built after the rows: indexes, search, memberships, coverage."""
        run = self.connection.execute
        for statement in self.late_indexes.values():
            run(statement)
        self._search()
        note_messages(self.connection, self.chat_id, (block << MESSAGE_SHIFT for block in self.blocks))
        run("UPDATE chats SET last_number = ? WHERE id = ?", (self.number, self.chat_id))
        self.connection.executemany(
            "INSERT INTO memberships (chat_id, person_id, name, first_sent, last_sent, messages)"
            " SELECT ?, id, name, ?, ?, ? FROM people WHERE id = ?"
            " ON CONFLICT (chat_id, person_id) DO UPDATE SET messages = messages + excluded.messages,"
            " first_sent = min(coalesce(first_sent, excluded.first_sent), coalesce(excluded.first_sent, first_sent)),"
            " last_sent = max(coalesce(last_sent, excluded.last_sent), coalesce(excluded.last_sent, last_sent))",
            [(self.chat_id, first, last, count, person) for person, (first, last, count) in self.senders.items()],
        )
        w = self.written
        run(
            "INSERT INTO coverage (chat_id, capture_id, first_sent, last_sent, first_sighting, sightings, new_messages)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self.chat_id, self.capture_id, w.first_sent, w.last_sent, self.before + 1, w.new + w.seen, w.new),
        )
        w.new_people = self.people.new
        return w

    def _put_off_indexes(self) -> None:
        for name in _LATE_INDEXES:
            (sql,) = self.connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
            self.late_indexes[name] = sql
            self.connection.execute(f"DROP INDEX {name}")

    def _search(self) -> None:
        """Fill the search with the new messages, in the order of their ids, in one statement."""
        if not self.added:
            return
        run = self.connection.execute
        large = self.added >= BUFFER
        if large:
            run("INSERT INTO messages_fts (messages_fts, rank) VALUES ('hashsize', ?)", (_HASH_MIB << 20,))
        if self.first_load:
            run("INSERT INTO messages_fts (rowid, text) SELECT id, text FROM messages ORDER BY id")
        else:
            run("CREATE TEMP TABLE IF NOT EXISTS new_messages (id INTEGER PRIMARY KEY)")
            run("DELETE FROM new_messages")
            bulk.insert(self.connection, "new_messages", {"id": sorted(self.new_ids)})
            run(
                "INSERT INTO messages_fts (rowid, text)"
                " SELECT m.id, m.text FROM new_messages n CROSS JOIN messages m ON m.id = n.id ORDER BY n.id"
            )
            run("DELETE FROM new_messages")
        if large:
            run("INSERT INTO messages_fts (messages_fts, rank) VALUES ('hashsize', ?)", (1 << 20,))


def on_screen(columns: Columns) -> dict[str, bulk.Column]:
    """What a sighting on a screen bears beyond one in a text."""
    return {
        "box": list(map(json.dumps, columns.box)),
        "confidence": columns.confidence,
        "partial": columns.partial,
        "text": columns.text,
        "quoted": [json.dumps(quoted) if quoted else None for quoted in columns.quoted],
    }


def _least(a: object, b: object) -> object:
    return min(x for x in (a, b) if x is not None) if a is not None or b is not None else None  # type: ignore[type-var]


def _greatest(a: object, b: object) -> object:
    return max(x for x in (a, b) if x is not None) if a is not None or b is not None else None  # type: ignore[type-var]
