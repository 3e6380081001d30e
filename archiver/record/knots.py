"""The places of a chat in which sightings are told apart anew: what is held there, and how it is set right."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from statistics import median
from typing import NamedTuple

from archiver.columns import columns_of
from archiver.model import Seen, Sighting
from archiver.record.as_shown import Shown, keep
from archiver.record.capture import CaptureWriter
from archiver.record.held import HeldChat
from archiver.record.ids import SHIFT
from archiver.record.joining import READ, earlier, moved

_AROUND = 8
"""Messages on either side that show where a sighting stands."""
_REACH = 2
"""Minutes around a knot in which its sightings may lie."""
_SAMPLE = 2000
"""Sightings of a shared name that are looked at."""
_FEWEST = 4
"""Messages from which on it tells."""
_JITTER = 2
"""Seconds by which two exports of one phone may differ."""
_MEASURED = 200
"""Messages of a person by which it is measured how late their clock is."""
_EPOCH = date(1970, 1, 1).toordinal()

Told = tuple[Seen, str, float | None]
"""A sighting, the rule by which it is a message, how surely."""


class Place(NamedTuple):
    """A stretch of time with what is held in it and around it."""

    first: int
    last: int
    """Minutes since 1970, by the clock the chat is kept by."""
    seen: list[Seen]
    """In the order in which captures were ingested, and in each capture's own."""


class Knots:
    """The knots of one chat, once a capture has been written."""

    def __init__(self, writer: CaptureWriter, held: HeldChat) -> None:
        self.writer = writer
        self.held = held
        self.chat_id = writer.chat_id
        self.run = writer.connection.execute
        self.rules: dict[str, int] = dict(self.run("SELECT name, id FROM match_rules"))
        self._ranges: dict[int, tuple[int, int]] = {}
        self._findings: dict[tuple[int, int], int] | None = None
        self.changed = False
        """Whether messages came or went, or changed their senders."""

    def tie(self, minutes: Iterable[int]) -> list[tuple[int, int]]:
        """Remember these minutes; the stretches they make."""
        ordered = sorted(set(minutes))
        self.writer.connection.executemany(
            "INSERT OR IGNORE INTO knots (chat_id, minute) VALUES (?, ?)",
            [(self.chat_id, minute) for minute in ordered],
        )
        stretches: list[tuple[int, int]] = []
        for minute in ordered:
            if stretches and minute - stretches[-1][1] <= 2 * _REACH:
                stretches[-1] = (stretches[-1][0], minute)
            else:
                stretches.append((minute, minute))
        return stretches

    def place(self, first: int, last: int) -> Place:
        """What is held in a stretch and around it; nothing of messages about which a person decided."""
        low, high = (first - _REACH) << SHIFT, (last + _REACH + 1) << SHIFT
        before = self.run(
            "SELECT id FROM messages WHERE id < ? AND chat_id = ? ORDER BY id DESC LIMIT ?",
            (low, self.chat_id, _AROUND),
        ).fetchall()
        after = self.run(
            "SELECT id FROM messages WHERE id >= ? AND chat_id = ? ORDER BY id LIMIT ?", (high, self.chat_id, _AROUND)
        ).fetchall()
        rows = self.run(
            "SELECT d.id, d.message_id, d.sent_at, x.kept_at, d.alias_id, a.person_id, coalesce(x.kind, m.kind),"
            " CASE WHEN x.sighting_id IS NULL THEN m.event ELSE x.event END, coalesce(x.text, m.text),"
            " coalesce(x.edited, m.edited), m.sent_at, d.box IS NOT NULL, d.decision_id IS NOT NULL"
            " FROM messages m JOIN sighting_data d ON d.message_id = m.id LEFT JOIN aliases a ON a.id = d.alias_id"
            " LEFT JOIN as_shown x ON x.sighting_id = d.id"
            " WHERE m.id BETWEEN ? AND ? AND m.chat_id = ? AND length(m.sent_at) >= 16 ORDER BY d.id",
            (before[-1][0] if before else low, after[-1][0] if after else high, self.chat_id),
        ).fetchall()
        settled = {row[1] for row in rows if row[12]}
        seen = [self._seen(*row[:11]) for row in rows if not row[11] and row[1] not in settled]
        return Place(first - _REACH, last + _REACH, seen)

    def _seen(
        self, sighting: int, message: int, shown: str | None, kept: str | None, alias: int | None, person: int | None,
        kind: str, event: str | None, text: str, edited: int, sent: str,
    ) -> Seen:  # fmt: skip
        capture = self.writer.capture_id if sighting > self.writer.before else self.held.capture_of(sighting)
        held = moved(sent, -self.held.ahead_of(sent))
        if kept is None:
            kept = held if shown is None else self._nearest(capture, shown, held)
        if not self.held.has_seconds(capture):
            kept = kept[:16]
        return Seen(sighting, capture, message, kept, person, alias, kind, event, text, edited)

    def _nearest(self, capture: int, shown: str, held: str) -> str:
        """The time that a capture shows, by the clock the chat is kept by; near a step, as its message has it."""
        shifts = self.held.shifts(capture)
        times = [moved(shown, -shift) for shift in shifts]
        return min(times, key=lambda time: (abs(minute_of(time) - minute_of(held)), time))

    def lateness(self) -> dict[int, int]:
        """By alias: by how many seconds the times of someone whose clock runs ahead stand later there than elsewhere.

        Where other captures show seconds, it is measured against them: what was learnt then depends on their order.
        """
        found: dict[int, int] = {}
        for (person,) in self.run(
            "SELECT DISTINCT a.person_id FROM aliases a JOIN captures c ON c.id = a.capture_id"
            " WHERE c.chat_id = ? AND a.late <> 0 ORDER BY 1",
            (self.chat_id,),
        ).fetchall():
            found.update(self._lateness(person))
        return found

    def slack(self, late: Mapping[int, int]) -> list[tuple[int, int]]:
        """People whose clock runs ahead somewhere, and by how many seconds at most, measured or learnt."""
        rows = self.run(
            "SELECT a.person_id, a.id, abs(a.late) FROM aliases a JOIN captures c ON c.id = a.capture_id"
            " WHERE c.chat_id = ? AND (a.late <> 0 OR a.id IN (SELECT value FROM json_each(?))) ORDER BY a.id",
            (self.chat_id, json.dumps(sorted(late))),
        )
        return [(person, late.get(alias, learnt)) for person, alias, learnt in rows]

    def _lateness(self, person: int) -> dict[int, int]:
        messages = self.run(
            "SELECT id FROM messages WHERE chat_id = ? AND sender_id = ? AND length(sent_at) = 19"
            " ORDER BY id DESC LIMIT ?",
            (self.chat_id, person, _MEASURED),
        ).fetchall()
        apart: dict[int, list[int]] = defaultdict(list)
        for (message,) in messages:
            seen = [one for one in self.seen_of(message) if len(one.kept_at) == 19 and one.alias]
            if len({one.capture for one in seen}) > 1:
                first = min(one.kept_at for one in seen)
                for one in seen:
                    apart[one.alias or 0].append(_seconds_between(first, one.kept_at))
        return {
            alias: round(median(seconds))
            for alias, seconds in apart.items()
            if len(seconds) >= 4 and median(seconds) > 2
        }

    def seen_of(self, message: int) -> list[Seen]:
        """The sightings of a message in texts."""
        return [self._seen(*row) for row in self.run(_OF_MESSAGE, (message,)).fetchall()]

    def bearers(self) -> dict[int, frozenset[int]]:
        """By alias: whose messages are shown under a name that several share."""
        rows = self.run(
            "SELECT a.id, a.capture_id FROM aliases a JOIN captures c ON c.id = a.capture_id"
            " WHERE c.chat_id = ? AND a.rule = 'shared' ORDER BY a.id",
            (self.chat_id,),
        ).fetchall()
        return {alias: self._bearers(alias, capture) for alias, capture in rows}

    def _bearers(self, alias: int, capture: int) -> frozenset[int]:
        people = self.run(
            "SELECT DISTINCT sender_id FROM (SELECT m.sender_id FROM sighting_data d JOIN messages m"
            " ON m.id = d.message_id WHERE d.id BETWEEN ? AND ? AND d.alias_id = ? LIMIT ?)",
            (*self._range(capture), alias, _SAMPLE),
        )
        return frozenset(person for (person,) in people if person is not None)

    def is_paste(self, capture: int) -> bool:
        """Whether a capture was copied from a screen."""
        return bool(self.run("SELECT route = 'web-paste' FROM captures WHERE id = ?", (capture,)).fetchone()[0])

    def ends(self, capture: int, first: int, last: int) -> tuple[bool, bool]:
        """Whether these sightings of a capture are its first, and its last."""
        begins, ends = self._range(capture)
        return first <= begins, last >= ends

    def _range(self, capture: int) -> tuple[int, int]:
        if capture == self.writer.capture_id:
            return self.writer.before + 1, self.writer.sighting_id
        if capture not in self._ranges:
            self._ranges[capture] = self.run(
                "SELECT min(first_sighting), max(first_sighting + sightings - 1) FROM coverage"
                " WHERE capture_id = ? AND chat_id = ?",
                (capture, self.chat_id),
            ).fetchone()
        return self._ranges[capture]

    def apply(self, place: Place, messages: Sequence[Sequence[Told]]) -> None:
        """Set right which sighting is which message, where it is otherwise, within the stretch."""
        old_of = {seen.sighting: seen.message for seen in place.seen}
        sizes = Counter(old_of.values())
        for group in _components(messages, old_of):
            same = len(group) == 1 and len(group[0]) == sizes[old_of[group[0][0][0].sighting]]
            inside = any(place.first <= minute_of(seen.kept_at) <= place.last for told in group for seen, _, _ in told)
            if inside and not (same and len({old_of[seen.sighting] for seen, _, _ in group[0]}) == 1):
                self._set_right(group, {old_of[seen.sighting] for told in group for seen, _, _ in told})

    def find(self, place: Place, word: str, doubts: Mapping[int, str]) -> None:
        """Keep as findings what stays unsure in a stretch, and no other of that word that nobody settled."""
        inside = {s.sighting: s for s in place.seen if place.first <= minute_of(s.kept_at) <= place.last}
        unsure = {sighting: told for sighting, told in doubts.items() if sighting in inside}
        found = self._open(word)
        if not found and not unsure:
            return
        for sighting in sorted(inside):
            member, line, lines = self.run(
                "SELECT member_id, line, lines FROM sighting_data WHERE id = ?", (sighting,)
            ).fetchone()
            finding = found.pop((member, line), None)
            if finding is not None and sighting not in unsure:
                self.run("DELETE FROM findings WHERE id = ?", (finding,))
            elif finding is None and sighting in unsure:
                self._add_finding(word, unsure[sighting], inside[sighting].capture, member, line, lines)

    def _open(self, word: str) -> dict[tuple[int, int], int]:
        """The findings of a word that nobody settled, by member and line."""
        if self._findings is None:
            self._findings = {
                (member, line): finding
                for finding, member, line in self.run(
                    "SELECT f.id, f.member_id, f.line FROM captures c JOIN findings f ON f.capture_id = c.id"
                    " WHERE c.chat_id = ? AND f.word = ? AND f.decision_id IS NULL AND f.line IS NOT NULL",
                    (self.chat_id, word),
                )
            }
        return self._findings

    def _add_finding(self, word: str, told: str, capture: int, member: int, line: int, lines: int) -> None:
        self.run(
            "INSERT INTO findings (word, detail, source_id, member_id, capture_id, line, lines)"
            " SELECT ?, ?, source_id, id, ?, ?, ? FROM source_members WHERE id = ?",
            (word, told, capture, line, lines, member),
        )
        if capture == self.writer.capture_id:
            self.writer.written.findings[word] += 1

    def _set_right(self, group: Sequence[Sequence[Told]], old: set[int]) -> None:
        """Give the sightings of some messages to others, new or old; what stands in those follows."""
        keep(
            self.writer.connection,
            [Shown(s.sighting, s.kept_at, s.kind, s.event, s.text, s.edited) for told in group for s, _, _ in told],
        )
        homes = _homes(group, old)
        before = {m: self._text(m) for m in old}
        for at, told in enumerate(group):
            home = homes[at]
            message = self._new(told) if home is None else home
            if message not in before:
                before[message] = None
            self._move(told, message)
        gone = old - {home for home in homes if home is not None}
        stays = min(home for home in homes if home is not None)
        for message in sorted(gone):
            self._dissolve(message, self._heir(message, stays), before.pop(message))
        for message, text in before.items():
            self._restate(message, text)
        self.changed = True

    def _text(self, message: int) -> str | None:
        row = self.run("SELECT text FROM messages WHERE id = ?", (message,)).fetchone()
        return str(row[0])

    def _new(self, told: Sequence[Told]) -> int:
        seen = min(told, key=lambda one: one[0].sighting)[0]
        s = Sighting(self._as_sent(seen.kept_at), None, seen.kind, seen.text, bool(seen.edited), event=seen.event)  # type: ignore[arg-type]
        (message,) = self.writer.add(columns_of([s]), [seen.sighting], [seen.person], [seen.kept_at])
        self.run("UPDATE chats SET last_number = ? WHERE id = ?", (self.writer.number, self.chat_id))
        return message

    def _as_sent(self, kept_at: str) -> str:
        return moved(kept_at, self.held.ahead(kept_at))

    def _move(self, told: Sequence[Told], message: int) -> None:
        many = self.writer.connection.executemany
        many(
            "UPDATE sighting_data SET message_id = ?, rule_id = ?, score = ? WHERE id = ?",
            [(message, self.rules[rule], score, seen.sighting) for seen, rule, score in told],
        )
        many(
            "UPDATE attachments SET message_id = ? WHERE message_id = ? AND sighting_id = ?",
            [(message, seen.message, seen.sighting) for seen, _, _ in told if seen.message != message],
        )

    def _heir(self, message: int, otherwise: int) -> int:
        """The message that has now what founded another."""
        row = self.run(
            "SELECT d.message_id FROM messages m JOIN sighting_data d ON d.id = m.sighting_id WHERE m.id = ?",
            (message,),
        ).fetchone()
        return int(row[0]) if row and row[0] != message else otherwise

    def _dissolve(self, message: int, heir: int, text: str | None) -> None:
        """A message of which nothing is left; its reference and what only pictures show of it go to its heir."""
        self._forget_words(message, text)
        for sql in (
            "UPDATE sighting_data SET message_id = ?1 WHERE message_id = ?2",
            "UPDATE attachments SET message_id = ?1 WHERE message_id = ?2",
            "UPDATE former_references SET message_id = ?1 WHERE message_id = ?2",
            "INSERT INTO former_references (reference, message_id) SELECT reference, ?1 FROM messages WHERE id = ?2",
        ):
            self.run(sql, (heir, message))
        self.run("DELETE FROM readings WHERE message_id = ?", (message,))
        self.run("DELETE FROM messages WHERE id = ?", (message,))

    def _forget_words(self, message: int, text: str | None) -> None:
        """Take words out of the search; None: they are not in it."""
        if text is not None:
            self.run("INSERT INTO messages_fts (messages_fts, rowid, text) VALUES ('delete', ?, ?)", (message, text))

    def _restate(self, message: int, before: str | None) -> None:
        """What a message says, chosen anew among its sightings."""
        seen = self.seen_of(message)
        best = max(seen, key=self._weight)
        kept = seen[0].kept_at
        for one in seen[1:]:
            kept = earlier(kept, one.kept_at)
        self.run(
            "UPDATE messages SET sent_at = ?, sender_id = ?, kind = ?, event = ?, text = ?, edited = ?,"
            " deleted_seen = ?, sighting_id = ? WHERE id = ?",
            (
                self._as_sent(kept), self._sender(seen), best.kind, best.event, best.text,
                max(one.edited for one in seen), any(one.kind == "deleted" for one in seen), best.sighting, message,
            ),
        )  # fmt: skip
        if before != best.text:
            if before is not None:
                self.run(
                    "INSERT INTO messages_fts (messages_fts, rowid, text) VALUES ('delete', ?, ?)", (message, before)
                )
            self.run("INSERT INTO messages_fts (rowid, text) VALUES (?, ?)", (message, best.text))
        self.run("DELETE FROM readings WHERE message_id = ? AND basis IN ('edited', 'as-shown')", (message,))
        others = {s.text: s.sighting for s in seen[::-1] if s.kind in READ and s.text != best.text}
        if best.kind in READ:
            self.writer.connection.executemany(
                "INSERT INTO readings (message_id, sighting_id, text, basis) VALUES (?, ?, ?, ?)",
                [
                    (message, sighting, text, "edited" if any(s.edited for s in seen) else "as-shown")
                    for text, sighting in others.items()
                ],
            )

    def _weight(self, one: Seen) -> tuple[object, ...]:
        """As where a sighting joins a message."""
        rank = self.held.rank(one.capture) if one.edited or one.kind == "poll" else ()
        return (
            one.kind != "deleted", one.kind in ("media", "contact"), bool(one.edited), rank, len(one.text), one.text,
        )  # fmt: skip

    def _sender(self, seen: Sequence[Seen]) -> int | None:
        people = Counter(one.person for one in seen if one.person is not None)
        own = {person: n for person, n in people.items() if not self.held.shared(person)}
        ranked = own or people
        return max(ranked, key=lambda person: (ranked[person], -person)) if ranked else None


_OF_MESSAGE = (
    "SELECT d.id, d.message_id, d.sent_at, x.kept_at, d.alias_id, a.person_id, coalesce(x.kind, m.kind),"
    " CASE WHEN x.sighting_id IS NULL THEN m.event ELSE x.event END, coalesce(x.text, m.text),"
    " coalesce(x.edited, m.edited), m.sent_at"
    " FROM messages m JOIN sighting_data d ON d.message_id = m.id LEFT JOIN aliases a ON a.id = d.alias_id"
    " LEFT JOIN as_shown x ON x.sighting_id = d.id WHERE m.id = ? AND d.box IS NULL ORDER BY d.id"
)


def minute_of(kept_at: str) -> int:
    """Minutes since 1970 of a written time."""
    days = date.fromisoformat(kept_at[:10]).toordinal() - _EPOCH
    return days * 1440 + int(kept_at[11:13]) * 60 + int(kept_at[14:16])


def _seconds_between(one: str, other: str) -> int:
    return round((datetime.fromisoformat(other) - datetime.fromisoformat(one)).total_seconds())


def _components(messages: Sequence[Sequence[Told]], old_of: Mapping[int, int]) -> list[list[Sequence[Told]]]:
    """The new messages, in groups that share no sighting with an old message of another group."""
    group_of: dict[int, list[Sequence[Told]]] = {}
    for told in messages:
        mine = [told]
        for old in {old_of[seen.sighting] for seen, _, _ in told}:
            other = group_of.get(old)
            if other is not None and other is not mine:
                if len(other) > len(mine):
                    mine, other = other, mine
                mine += [one for one in other if one not in mine]
                for message, group in group_of.items():
                    if group is other:
                        group_of[message] = mine
            group_of[old] = mine
    unique: list[list[Sequence[Told]]] = []
    for group in group_of.values():
        if not any(group is one for one in unique):
            unique.append(group)
    return unique


def _homes(group: Sequence[Sequence[Told]], old: set[int]) -> list[int | None]:
    """For each new message the old one that it goes on in: the one it has most of; None where none is left."""
    common: dict[tuple[int, int], int] = defaultdict(int)
    for at, told in enumerate(group):
        for seen, _, _ in told:
            common[at, seen.message] += 1
    homes: list[int | None] = [None] * len(group)
    free = set(old)
    for (at, message), _ in sorted(common.items(), key=lambda item: (-item[1], item[0][1], item[0][0])):
        if homes[at] is None and message in free:
            homes[at] = message
            free.discard(message)
    return homes
