"""What a named person settles: written down first, then acted on; taken back only by another decision.

A decision names what it is about by places that outlast a rebuild (``places``). Those on people, corrections and
findings act at once. Those on chats and on messages say how captures are to be put together: what is held already is
put together anew by a rebuild.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from archiver.errors import UsageError
from archiver.record import places
from archiver.record.joining import recount
from archiver.record.people import People
from archiver.record.settled import withdrawn
from archiver.record.store import Store, utc_now

CORRECTED = "corrected"
"""The basis of the words that gave way to a person's."""


class Decision(NamedTuple):
    """A row of ``decisions``."""

    id: int
    decided_at: str
    decided_by: str
    kind: str
    detail: str
    why: str
    entry: int


def people_same(store: Store, one: int, other: int, who: str, why: str) -> int:
    """Two people are one, in every chat: said by ``who``, because ``why``. The decision's number, here and below."""
    return _pair(store, "people-same", _two(store, "people", one, other, places.of_person), who, why)


def people_not_same(store: Store, one: int, other: int, who: str, why: str) -> int:
    """Two people stay two, whatever matched messages say from now on."""
    return _pair(store, "people-not-same", _two(store, "people", one, other, places.of_person), who, why)


def person_parted(store: Store, person: int, name: str, who: str, why: str) -> int:
    """A person, where they are seen under one of their names, is someone else.

    Raises ``UsageError`` where they have no such name, or no other.
    """
    labels = places.of_person(store.connection, person)
    gone = [label for label in labels if label[2].casefold() == name.casefold()]
    if not gone or len(gone) == len(labels):
        raise UsageError(f"{name}: the person has no such name, or no other. See their names with: archive people")
    rest = [label for label in labels if label not in gone]
    return _pair(store, "people-not-same", {"one": rest, "other": gone}, who, why)


def chats_same(store: Store, one: int, other: int, who: str, why: str) -> int:
    """Two chats are one."""
    return _pair(store, "chats-same", _two(store, "chats", one, other, places.of_chat), who, why)


def chats_not_same(store: Store, one: int, other: int, who: str, why: str) -> int:
    """Two chats stay two, whatever they have in common."""
    return _pair(store, "chats-not-same", _two(store, "chats", one, other, places.of_chat), who, why)


def capture_parted(store: Store, chat: int, capture: int, who: str, why: str) -> int:
    """One capture of a chat is of another one.

    Raises ``UsageError`` where the chat has no such capture, or no other.
    """
    run = store.connection.execute
    gone = run(
        "SELECT accession_source_id, name FROM source_members WHERE role <> 'attachment' AND capture_id ="
        " (SELECT id FROM captures WHERE id = ? AND chat_id = ?)",
        (capture, chat),
    ).fetchall()
    rest = [place for place in places.of_chat(store.connection, chat) if place not in gone]
    if not gone or not rest:
        raise UsageError(f"#{capture}: the chat has no such capture, or no other. See: archive chats --json")
    return _pair(store, "chats-not-same", {"one": rest, "other": gone}, who, why)


def messages_same(store: Store, one: int, other: int, who: str, why: str) -> int:
    """Two messages are one."""
    return _pair(store, "messages-same", _two(store, "messages", one, other, places.of_message), who, why)


def messages_not_same(store: Store, one: int, other: int, who: str, why: str) -> int:
    """Two messages stay two, whatever they have in common."""
    return _pair(store, "messages-not-same", _two(store, "messages", one, other, places.of_message), who, why)


def sighting_parted(store: Store, message: int, number: int, who: str, why: str) -> int:
    """One sighting of a message, the ``number``-th as they are shown, is another message.

    Raises ``UsageError`` where the message has no such sighting, or no other.
    """
    spots = places.of_message(store.connection, message)
    if not 1 <= number <= len(spots) or len(spots) < 2:
        raise UsageError(f"#{number}: the message has no such sighting, or no other. See: archive show REFERENCE")
    gone = [spots.pop(number - 1)]
    return _pair(store, "messages-not-same", {"one": spots, "other": gone}, who, why)


def correct(store: Store, message: int, field: str, value: str, who: str, why: str) -> int:
    """A person who looked at the original says what stands there: ``field`` is ``text`` or ``sent_at``.

    The words or the time from before are kept as a reading. Raises ``UsageError`` for another field or no such message.
    """
    if field not in ("text", "sent_at"):
        raise UsageError(f"{field}: only text and sent_at can be corrected.")
    with store.transaction() as connection:
        spots = places.of_message(connection, message)
        if not spots:
            raise UsageError("There is no such message.")
        return _decide(store, "corrected", {"message": spots, "field": field, "value": value}, who, why)


def accept(store: Store, finding: int, who: str, why: str) -> int:
    """A person looked at a finding: it stands as it is, and need not be shown again."""
    with store.transaction() as connection:
        row = connection.execute(
            "SELECT f.word, m.accession_source_id, m.name, f.line, f.box, f.detail FROM findings f"
            " JOIN source_members m ON m.id = f.member_id WHERE f.id = ?",
            (finding,),
        ).fetchone()
        if row is None:
            raise UsageError("There is no such finding.")
        return _decide(store, "accepted", {"finding": list(row)}, who, why)


def withdraw(store: Store, decision: int, who: str, why: str) -> int:
    """A decision is taken back: a rebuild derives the record as if it had not been made.

    Raises ``UsageError`` where there is none of this number, or it is taken back already.
    """
    with store.transaction() as connection:
        told = [(d.id, d.kind, json.loads(d.detail)) for d in all_of(connection)]
        if decision not in {number for number, _, _ in told} - withdrawn(told):
            raise UsageError(f"{decision}: there is no such decision in force. See them with: archive decisions")
        return _decide(store, "withdrawn", {"decision": decision}, who, why)


def all_of(connection: sqlite3.Connection, schema: str = "main") -> list[Decision]:
    """Every decision, in order."""
    columns = ", ".join(Decision._fields)
    return [Decision(*row) for row in connection.execute(f"SELECT {columns} FROM {schema}.decisions ORDER BY id")]


def held_back(connection: sqlite3.Connection, mark: int) -> list[Decision]:
    """The decisions of the attached archive ``held``; those up to the log's entry ``mark`` are put in at once."""
    told = all_of(connection, "held")
    for decision in told:
        if decision.entry <= mark:
            _put_in(connection, decision)
    return told


def carry_out_again(connection: sqlite3.Connection, decision: Decision) -> None:
    """Do in a replay what was done when a decision was made, unless it was taken back meanwhile."""
    if not connection.execute("SELECT 1 FROM main.decisions WHERE id = ?", (decision.id,)).fetchone():
        _put_in(connection, decision)
    gone = withdrawn((d.id, d.kind, json.loads(d.detail)) for d in all_of(connection))
    if decision.id not in gone:
        _carry_out(connection, decision.id, decision.kind, json.loads(decision.detail))


def _put_in(connection: sqlite3.Connection, decision: Decision) -> None:
    connection.execute(f"INSERT INTO main.decisions VALUES ({', '.join('?' * len(decision))})", decision)


def _two(store: Store, table: str, one: int, other: int, places_of: Any) -> dict[str, Any]:
    """The places of both, the older first. Raises ``UsageError`` where they are not two."""
    found = store.connection.execute(f"SELECT count(*) FROM {table} WHERE id IN (?, ?)", (one, other)).fetchone()[0]
    if one == other or found != 2:
        raise UsageError(f"{one} and {other} do not name two {table} of this archive.")
    first, second = sorted((one, other))
    return {"one": places_of(store.connection, first), "other": places_of(store.connection, second)}


def _pair(store: Store, kind: str, detail: dict[str, Any], who: str, why: str) -> int:
    with store.transaction():
        return _decide(store, kind, detail, who, why)


def _decide(store: Store, kind: str, detail: dict[str, Any], who: str, why: str) -> int:
    """Write a decision down and act on it, within a transaction."""
    made = store.connection.execute(
        "INSERT INTO decisions (decided_at, decided_by, kind, detail, why, entry)"
        " VALUES (?, ?, ?, ?, ?, (SELECT count(*) + 1 FROM log))",
        (utc_now(), who, kind, json.dumps(detail, ensure_ascii=False), why),
    ).lastrowid
    assert made is not None
    _carry_out(store.connection, made, kind, json.loads(json.dumps(detail)))
    store.write_log("decide", {"decision": made, "kind": kind})
    return made


# ---- acting


def _carry_out(connection: sqlite3.Connection, decision: int, kind: str, detail: dict[str, Any]) -> None:
    """What a decision does at once to what is held; the same when it is made and in every replay."""
    if kind == "people-same":
        _unite(connection, detail)
    elif kind == "people-not-same":
        _part(connection, detail)
    elif kind in ("chats-same", "chats-not-same"):
        _close_chats(connection, decision, detail)
    elif kind in ("messages-same", "messages-not-same"):
        for spot in (*detail["one"], *detail["other"]):
            _close_at(connection, decision, spot)
    elif kind == "corrected":
        _correct(connection, detail["message"], detail["field"], detail["value"])
        for spot in detail["message"]:
            _close_at(connection, decision, spot)
    elif kind == "accepted":
        connection.execute(
            "UPDATE findings SET decision_id = ? WHERE word = ? AND line IS ? AND box IS ? AND detail = ?"
            " AND member_id IN (SELECT id FROM source_members WHERE accession_source_id = ? AND name = ?)",
            (decision, detail["finding"][0], *detail["finding"][3:6], *detail["finding"][1:3]),
        )


_CHATS_OF = "SELECT DISTINCT chat_id FROM memberships WHERE person_id = ?"


def _unite(connection: sqlite3.Connection, detail: dict[str, Any]) -> None:
    people = places.people_at(connection, (*detail["one"], *detail["other"]))
    chats = {chat for person in people for (chat,) in connection.execute(_CHATS_OF, (person,))}
    stays = min(people, default=0)
    for gone in sorted(set(people) - {stays}):
        stays = People(connection, 0, 0, None).unite(stays, gone)
    for chat in sorted(chats):
        recount(connection, chat)


def _part(connection: sqlite3.Connection, detail: dict[str, Any]) -> None:
    """Give the labels of one side a person of their own, where both sides are one by now."""
    for person in sorted(
        set(places.people_at(connection, detail["one"])) & set(places.people_at(connection, detail["other"]))
    ):
        People(connection, 0, 0, None).part_labels(person, detail["other"])
        for (chat,) in connection.execute(_CHATS_OF, (person,)).fetchall():
            recount(connection, chat)


def _close_chats(connection: sqlite3.Connection, decision: int, detail: dict[str, Any]) -> None:
    """The findings that asked whether one of the chats is the other are settled."""
    chats = places.chats_at(connection, (*detail["one"], *detail["other"]))
    marks = ", ".join("?" * len(chats))
    for (code,) in connection.execute(f"SELECT code FROM chats WHERE id IN ({marks})", chats).fetchall():
        connection.execute(
            "UPDATE findings SET decision_id = ? WHERE word = 'unsure' AND decision_id IS NULL AND detail LIKE ?"
            f" AND capture_id IN (SELECT id FROM captures WHERE chat_id IN ({marks}))",
            (decision, f"This may be the chat {code}:%", *chats),
        )


def _close_at(connection: sqlite3.Connection, decision: int, spot: Sequence[int | str]) -> None:
    """The findings at a sighting's place that a person's look settles."""
    act, member, at = spot
    connection.execute(
        "UPDATE findings SET decision_id = ? WHERE decision_id IS NULL AND coalesce(line, box) = ?"
        " AND word IN ('unsure', 'low-confidence', 'emoji-unread', 'cut-bubble', 'ambiguous-date-order')"
        " AND member_id IN (SELECT id FROM source_members WHERE accession_source_id = ? AND name = ?)",
        (decision, at, act, member),
    )


def _correct(connection: sqlite3.Connection, spots: list[Any], field: str, value: str) -> None:
    run = connection.execute
    for message in places.messages_at(connection, spots)[:1]:
        text, corrected = run("SELECT text, corrected FROM messages WHERE id = ?", (message,)).fetchone()
        fields = " ".join(sorted({field, *(corrected or "").split()}))
        if field == "sent_at":
            run(
                "UPDATE messages SET sent_at = ?, doubt_earliest = NULL, doubt_latest = NULL, corrected = ?"
                " WHERE id = ?",
                (value, fields, message),
            )
            continue
        run("UPDATE messages SET text = ?, corrected = ? WHERE id = ?", (value, fields, message))
        if value != text:
            run("INSERT INTO messages_fts (messages_fts, rowid, text) VALUES ('delete', ?, ?)", (message, text))
            run("INSERT INTO messages_fts (rowid, text) VALUES (?, ?)", (message, value))
            run(
                "INSERT INTO readings (message_id, sighting_id, text, basis)"
                " SELECT id, sighting_id, ?, ? FROM messages WHERE id = ?",
                (text, CORRECTED, message),
            )
