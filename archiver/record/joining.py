"""A capture of a chat that is held already: its sightings join the messages they are, or found new ones.

What a message says is chosen among its sightings by rules that do not ask which came first, so that the record is the
same in whatever order its captures arrive:

    words    of a message rather than of its deletion; as edited rather than before; of the later capture
    time     the earliest minute shown; its second where one is shown
    sender   a person rather than a name that several share
    edited, deleted_seen    where any sighting says so
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from archiver.columns import Same, columns_of
from archiver.model import Decided, HeldMessage, Sighting
from archiver.record import bulk
from archiver.record.as_shown import Shown, differs, keep, keep_of
from archiver.record.capture import BUFFER, CaptureWriter, on_screen
from archiver.record.held import HeldChat, step_at
from archiver.record.ids import SHIFT, Minutes

READ = frozenset(("text", "poll"))
"""Kinds whose other wordings are kept: the rest differs only in the phone's own words."""


class Change(NamedTuple):
    """A message as it stands once a sighting has joined it."""

    message: HeldMessage
    deleted_seen: bool
    other_words: tuple[int, str] | None
    """A reading to keep beside it: the sighting and its words."""


class Joiner:
    """Writes one capture into a chat that holds others."""

    def __init__(self, writer: CaptureWriter, held: HeldChat) -> None:
        self.writer = writer
        self.held = held
        self.connection: sqlite3.Connection = writer.connection
        self.rules: dict[str, int] = dict(self.connection.execute("SELECT name, id FROM match_rules"))
        self.corrected = held.corrected()
        self.reworded: dict[int, str] = {}
        """Messages whose words changed, with those that the search still has."""

    def write(
        self,
        member_id: int,
        sightings: Sequence[Sighting],
        decided: Sequence[Decided],
        shifts: Sequence[int],
        files: dict[str, int],
        told: Sequence[str | None] | None = None,
        said: Mapping[int, int] | None = None,
    ) -> None:
        """Write sightings in their order, each with its decision and how far its clock shows ahead, in minutes.

        ``told``: when each was sent, where that was told by its neighbours. ``said``: the numbers of the decisions by
        which a person spoke of some of them, by place.
        """
        if not sightings:
            return
        writer = self.writer
        kept = self._kept(sightings, shifts) if told is None else list(told)
        sent = self._shown(kept)
        pairs = [writer.people.of(s.sender) for s in sightings]
        people = [person for _, person in pairs]
        ids = writer.number_sightings(len(sightings))
        messages = [0 if d.message is None else d.message.id for d in decided]
        new = [at for at, d in enumerate(decided) if d.message is None]
        founders = columns_of([sightings[at]._replace(sent_at=sent[at]) for at in new])
        added = writer.add(founders, [ids[at] for at in new], [people[at] for at in new], [kept[at] for at in new])
        for at, message in zip(new, added, strict=True):
            messages[at] = message
        self.held.take(messages)
        self._write_sightings(member_id, sightings, ids, [alias for alias, _ in pairs], messages, decided, sent)
        self.connection.executemany(
            "UPDATE sighting_data SET decision_id = ? WHERE id = ?",
            [(decision, ids[at]) for at, decision in (said or {}).items()],
        )
        self._join(sightings, sent, ids, people, decided)
        writer.attach(columns_of(sightings), ids, messages, files)
        writer.count(columns_of(sightings), people, [d.message and d.message.id for d in decided])

    def _kept(self, sightings: Sequence[Sighting], shifts: Sequence[int]) -> list[str | None]:
        """The times by the clock that the record is kept by."""
        if not any(shifts):
            return [s.sent_at for s in sightings]
        return [
            moved(s.sent_at, -shift) if shift and s.sent_at and len(s.sent_at) >= 16 else s.sent_at
            for s, shift in zip(sightings, shifts, strict=True)
        ]

    def _shown(self, kept: list[str | None]) -> list[str | None]:
        """The times as the record shows them."""
        if not self.held.shown_ahead:
            return kept
        return [moved(time, self.held.ahead(time)) if time and len(time) >= 16 else time for time in kept]

    def _write_sightings(
        self,
        member_id: int,
        sightings: Sequence[Sighting],
        ids: Sequence[int],
        aliases: Sequence[int | None],
        messages: Sequence[int],
        decided: Sequence[Decided],
        sent: Sequence[str | None],
    ) -> None:
        columns = columns_of(sightings)
        shown: dict[str, bulk.Column] = {
            "id": ids,
            "member_id": Same(member_id, len(sightings)),
            "line": columns.line,
            "lines": columns.lines,
            "alias_id": aliases,
            "message_id": messages,
            "rule_id": [self.rules[d.rule] for d in decided],
            "score": [d.score for d in decided],
            "sent_at": [_as_shown(s, d, time) for s, d, time in zip(sightings, decided, sent, strict=True)],
        }
        bulk.insert(self.connection, "sighting_data", shown if columns.box[0] is None else shown | on_screen(columns))

    def _join(
        self,
        sightings: Sequence[Sighting],
        sent: Sequence[str | None],
        ids: Sequence[int],
        people: Sequence[int | None],
        decided: Sequence[Decided],
    ) -> None:
        """Bring the messages up to what their new sightings say."""
        changes: list[tuple[HeldMessage, Change]] = []
        sharper, other = [], []
        now = self.writer.people.now
        for s, time, sighting, person, d in zip(sightings, sent, ids, people, decided, strict=True):
            held = d.message
            if held is None:
                continue
            if held.sender in now:
                held = held._replace(sender=now[held.sender])
            if (
                s.text == held.text
                and s.edited == held.edited
                and (person == held.sender or person is None)
                and not _later_wins(held)
            ):
                if time is None or held.sent_at.startswith(time):
                    continue
                if time.startswith(held.sent_at) and held.id not in self.corrected:
                    sharper.append((time, held.id))
                    continue
            change = self._changed(held, s, time, sighting, person)
            if change is not None:
                changes.append((held, change))
            if s.box is None and differs(s, held if change is None else change.message):
                other.append(Shown(sighting, None, s.kind, s.event, s.text, s.edited))
        self.connection.executemany("UPDATE messages SET sent_at = ? WHERE id = ?", sharper)
        keep(self.connection, other)
        if changes:
            self._keep_before(changes, ids[0])
            self._store(changes)

    def _keep_before(self, changes: Sequence[tuple[HeldMessage, Change]], before: int) -> None:
        """What stands now is kept for the sightings that show it, where it gives way."""
        keep_of(
            self.connection,
            [
                (held, moved(held.sent_at, -self.held.ahead_of(held.sent_at)))
                for held, (now, _, _) in changes
                if len(held.sent_at) >= 16 and not (now[3:7] == held[3:7] and now.sent_at.startswith(held.sent_at))
            ],
            before,
        )

    def _changed(
        self, held: HeldMessage, s: Sighting, time: str | None, sighting: int, person: int | None
    ) -> Change | None:
        words, other = self._words(held, s, sighting)
        now = words._replace(
            sent_at=earlier(held.sent_at, time) if time else held.sent_at,
            sender=self._sender(held.sender, person),
            edited=int(held.edited or s.edited),
        )
        corrected = self.corrected.get(held.id, "").split()
        now = now._replace(**{field: getattr(held, field) for field in corrected})
        deleted = "deleted" in (s.kind, held.kind) and s.kind != held.kind
        if now == held and other is None and not deleted:
            return None
        return Change(now, deleted, other)

    def _words(self, held: HeldMessage, s: Sighting, sighting: int) -> tuple[HeldMessage, tuple[int, str] | None]:
        """The message with the words that stand now; and those that give way, or do not come up."""
        if (s.kind == "deleted") > (held.kind == "deleted"):
            return held, None
        if s.text == held.text and not _later_wins(held):
            return held, None
        as_seen = held._replace(kind=s.kind, event=s.event, text=s.text, sighting=sighting)
        if held.kind == "deleted" != s.kind:
            return as_seen, None
        keep = s.kind in READ and held.kind in READ and s.text != held.text
        if self._weight(s, self.held.capture_id) > self._weight(held, self.held.capture_of(held.sighting)):
            return as_seen, (held.sighting, held.text) if keep else None
        return held, (sighting, s.text) if keep else None

    def _weight(self, one: Sighting | HeldMessage, capture: int) -> tuple[object, ...]:
        """Whose words stand: a file rather than its caption alone, as edited, the later capture's, the fuller ones.

        Where neither was edited nor grew, the words say it themselves, so that no capture need be remembered.
        """
        read = one.confidence is not None if isinstance(one, Sighting) else self.held.is_picture(one.sighting)
        whole = not (isinstance(one, Sighting) and one.partial)
        rank = self.held.rank(capture) if _later_wins(one) else ()
        return (not read, whole, one.kind in ("media", "contact"), bool(one.edited), rank, len(one.text), one.text)

    def _sender(self, held: int | None, person: int | None) -> int | None:
        if held is None or person is None:
            return held if person is None else person
        if held != person and self.held.shared(held) and not self.held.shared(person):
            return person
        return held

    def _store(self, changes: Sequence[tuple[HeldMessage, Change]]) -> None:
        many = self.connection.executemany
        many(
            "UPDATE messages SET sent_at = ?, sender_id = ?, kind = ?, event = ?, text = ?, edited = ?,"
            " sighting_id = ?, deleted_seen = max(deleted_seen, ?) WHERE id = ?",
            [
                (m.sent_at, m.sender, m.kind, m.event, m.text, m.edited, m.sighting, gone, m.id)
                for _, (m, gone, _) in changes
            ],
        )
        for held, change in changes:
            if change.message.text != held.text:
                self.reworded.setdefault(held.id, held.text)
                many("DELETE FROM readings WHERE message_id = ? AND text = ?", [(held.id, change.message.text)])
        many(
            "INSERT INTO readings (message_id, sighting_id, text, basis) SELECT ?1, ?2, ?3, ?4"
            " WHERE NOT EXISTS (SELECT 1 FROM readings WHERE message_id = ?1 AND text = ?3)",
            [
                (held.id, *change.other_words, "edited" if change.message.edited else "as-shown")
                for held, change in changes
                if change.other_words
            ],
        )

    def close(self, clock: object) -> None:
        """What is done once all is written: search for words that changed, names, counts by person, the clock."""
        run = self.connection.execute
        for message, before in sorted(self.reworded.items()):
            run("INSERT INTO messages_fts (messages_fts, rowid, text) VALUES ('delete', ?, ?)", (message, before))
            run("INSERT INTO messages_fts (rowid, text) SELECT id, text FROM messages WHERE id = ?", (message,))
        self.writer.people.rename()
        run("UPDATE captures SET clock = ? WHERE id = ?", (json.dumps(clock), self.held.capture_id))


def _later_wins(one: Sighting | HeldMessage) -> bool:
    """Whether the message can say something else as time goes on, so that it matters which capture is the later."""
    return bool(one.edited) or one.kind == "poll"


def clocks(
    connection: sqlite3.Connection, chat_id: int
) -> list[tuple[list[list[int]], str, str, str, tuple[str, ...]]]:
    """What is known of each capture's clock: its steps, first and last time shown, zone, and when it was taken."""
    rows = connection.execute(
        "SELECT c.clock, min(v.first_sent), max(v.last_sent), c.timezone, coalesce(c.captured, ''),"
        " coalesce((SELECT min(s.sha256) FROM source_members m JOIN sources s ON s.id = m.source_id"
        " WHERE m.capture_id = c.id), '') FROM captures c JOIN coverage v ON v.capture_id = c.id"
        " WHERE c.chat_id = ? AND length(v.first_sent) >= 16 AND length(v.last_sent) >= 16 GROUP BY c.id",
        (chat_id,),
    )
    return [(json.loads(steps), first, last, zone, (taken, digest)) for steps, first, last, zone, taken, digest in rows]


def show_by(connection: sqlite3.Connection, chat_id: int, steps: Sequence[tuple[int, int]]) -> bool:
    """Show a chat's times by another clock than the one kept by; whether any changed.

    ``steps``: since which minute it is how many minutes ahead of the one kept by.
    """
    shown = [(since + minutes, minutes) for since, minutes in steps]
    (before,) = connection.execute("SELECT clock FROM chats WHERE id = ?", (chat_id,)).fetchone()
    was = [(since, minutes) for since, minutes in json.loads(before)]
    if was == shown:
        return False
    connection.execute("UPDATE chats SET clock = ? WHERE id = ?", (json.dumps(shown), chat_id))
    minutes, last = Minutes(), 0
    while rows := connection.execute(
        "SELECT id, sent_at FROM messages WHERE id > ? AND chat_id = ? AND length(sent_at) >= 16 ORDER BY id LIMIT ?",
        (last, chat_id, BUFFER),
    ).fetchall():
        last = rows[-1][0]
        moves = []
        for message, sent in rows:
            at = minutes.floor(sent) >> SHIFT
            kept = at - step_at(was, at)
            by = step_at([(since - ahead, ahead) for since, ahead in shown], kept) - step_at(was, at)
            if by:
                moves.append((moved(sent, by), message))
        connection.executemany("UPDATE messages SET sent_at = ? WHERE id = ?", moves)
    return True


def recount(connection: sqlite3.Connection, chat_id: int) -> None:
    """Count a chat's messages by person anew, after people were found to be one or two."""
    connection.execute("DELETE FROM memberships WHERE chat_id = ?", (chat_id,))
    connection.execute(
        "INSERT INTO memberships (chat_id, person_id, name, first_sent, last_sent, messages)"
        " SELECT m.chat_id, p.id, p.name, min(m.sent_at), max(m.sent_at), count(*)"
        " FROM messages m JOIN people p ON p.id = m.sender_id WHERE m.chat_id = ? GROUP BY p.id",
        (chat_id,),
    )


def moved(sent_at: str, minutes: int) -> str:
    """A written time, so many minutes later.

    >>> moved("2024-03-05T23:58:31", 60), moved("2024-03-05T14:07", -60)
    ('2024-03-06T00:58:31', '2024-03-05T13:07')
    """
    later = datetime.fromisoformat(sent_at) + timedelta(minutes=minutes)
    return later.isoformat(timespec="minutes" if len(sent_at) == 16 else "seconds")


def earlier(one: str, other: str) -> str:
    """The time that shows day and minute; of two the earlier minute; of one minute the time that shows its second.

    >>> earlier("2024-03-05T14:07", "2024-03-05T14:07:31"), earlier("2024-03-05T14:08:02", "2024-03-05T14:07")
    ('2024-03-05T14:07:31', '2024-03-05T14:07')
    >>> earlier("T14:07", "2024-03-05T14:07")
    '2024-03-05T14:07'
    """
    if min(len(one), len(other)) < 16:
        return max(one, other, key=len)
    return min(one, other, key=lambda sent: (sent[:16], len(sent) == 16, sent))


def _as_shown(s: Sighting, d: Decided, time: str | None) -> str | None:
    """The time that a sighting shows, where the message does not say so itself."""
    if d.message is None:
        return None if s.sent_at == time else s.sent_at
    return None if s.sent_at is None or d.message.sent_at.startswith(s.sent_at) else s.sent_at
