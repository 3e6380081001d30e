"""Whom and which chat a typed name means: by the words of every name that they bear."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from dataclasses import dataclass

from archiver.finding.searching.language import Chat
from archiver.finding.searching.signs import is_sign, number_heads, phone

_WORD = re.compile(r"[^\W_]+\*?")
_DIGITS = re.compile(r"[+\d(][\d()\N{NO-BREAK SPACE}\N{NON-BREAKING HYPHEN} -]*\d")


def bears(name: str, typed: str) -> bool:
    """Whether every typed word stands in a name, without case and accents; a number in any spacing.

    >>> bears("Priya Shah (HMT)", "shah"), bears("+44 7700 900123", "07700900123"), bears("Priya", "pri")
    (True, True, False)
    """
    number = phone(typed)
    if number is not None:
        forms = {head + number.digits for head in number_heads(number)} | {"440" + number.digits}
        return any("".join(c for c in run if c.isdigit()) in forms for run in _DIGITS.findall(name))
    held = set(_words(name))
    wanted = _words(typed)
    signs = [c for c in typed if is_sign(c)]
    if not all(sign in name for sign in signs):
        return False
    return bool(wanted or signs) and all(
        any(word.startswith(one[:-1]) for word in held) if one.endswith("*") else one in held
        for one in wanted
        if not any(map(is_sign, one))
    )


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _WORD.findall(plain.casefold())


def people(connection: sqlite3.Connection, typed: str) -> dict[int, str]:
    """Everyone who bears the name under any alias, each with the name that they are spoken of by."""
    rows = connection.execute(
        "SELECT p.id, p.name, a.name FROM people p JOIN (SELECT DISTINCT person_id, name FROM aliases) a"
        " ON a.person_id = p.id UNION SELECT id, name, name FROM people"
    )
    return {person: name for person, name, alias in rows if bears(alias, typed)}


def aliases(connection: sqlite3.Connection, people: dict[int, str]) -> set[str]:
    """Every name that some people bear."""
    rows = connection.execute("SELECT DISTINCT person_id, name FROM aliases UNION SELECT id, name FROM people")
    return {name for person, name in rows if person in people}


def chats(connection: sqlite3.Connection, chat: Chat) -> dict[int, str]:
    """The chats that a typed name means, each with its name: by its code, else by the words of its names."""
    typed = chat.name.strip()
    rows = connection.execute(
        "SELECT c.id, c.code, c.name, c.name FROM chats c UNION"
        " SELECT c.id, c.code, c.name, n.name FROM chats c JOIN chat_names n ON n.chat_id = c.id"
    ).fetchall()
    by_code = {row[0]: row[2] for row in rows if row[1].casefold() == typed.casefold()}
    return by_code or {row[0]: row[2] for row in rows if bears(row[3], typed)}


@dataclass(frozen=True, slots=True)
class Stay:
    """A time in which someone was in a chat: ids of messages, both ends included."""

    chat_id: int
    first: int
    last: int


_ALWAYS = (0, (1 << 62))
_CAME = ("added", "joined")


def stays(connection: sqlite3.Connection, typed: str) -> list[Stay]:
    """When those who bear a name were in which chats.

    In a chat is who wrote in it, whom it is named after where it is no group, on whose phone it was, and who is said
    there to have come or gone. Where nothing says when someone came, they were there from the start; where nothing
    says when they went, to the end. A message of their own proves that they were there.
    """
    known = people(connection, typed)
    called = aliases(connection, known)
    everywhere = {chat for chat, name in _direct(connection) if name in called or bears(name, typed)}
    everywhere |= {
        chat
        for chat, custodian in connection.execute("SELECT DISTINCT chat_id, custodian FROM captures")
        if custodian and (custodian in called or bears(custodian, typed))
    }
    marks = ",".join("?" * len(known))
    wrote = {
        chat
        for (chat,) in connection.execute(
            f"SELECT DISTINCT chat_id FROM memberships WHERE person_id IN ({marks})", tuple(known)
        )
    }
    moves = _moves(connection, called, typed)
    found = [Stay(chat, *_ALWAYS) for chat in sorted(everywhere)]
    for chat in sorted((wrote | moves.keys()) - everywhere):
        if chat not in moves:
            found.append(Stay(chat, *_ALWAYS))
            continue
        own = _own(connection, chat, tuple(known))
        found += [Stay(chat, first, last) for first, last in spans(moves[chat], own)]
    return found


def spans(moves: list[tuple[int, bool]], own: list[int]) -> list[tuple[int, int]]:
    """The spans in which someone was there: ``moves`` (id, whether they came), ``own`` messages, both ascending.

    >>> spans([(10, True), (20, False), (30, True)], [25])
    [(10, 20), (25, 4611686018427387904)]
    >>> spans([(20, False)], [])
    [(0, 20)]
    """
    steps = sorted([(at, 0 if came else 2) for at, came in moves] + [(at, 1) for at in own])
    since: int | None = None if steps and steps[0][1] == 0 else 0
    found = []
    for at, step in steps:
        if step == 2 and since is not None:
            found.append((since, at))
            since = None
        elif step != 2 and since is None:
            since = at
    if since is not None:
        found.append((since, _ALWAYS[1]))
    return found


def _direct(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """Chats that are no groups, or where that is not known look like none, each with every name that it has had."""
    return connection.execute(
        "SELECT c.id, n.name FROM chats c"
        " JOIN (SELECT chat_id, name FROM chat_names UNION SELECT id, name FROM chats) n ON n.chat_id = c.id"
        " WHERE c.is_group = 0 OR (c.is_group IS NULL"
        " AND (SELECT count(*) FROM memberships b WHERE b.chat_id = c.id) <= 2 AND NOT EXISTS (SELECT 1 FROM messages m"
        " WHERE m.chat_id = c.id AND m.event IN ('created', 'added', 'joined', 'left', 'removed')))"
    ).fetchall()


def _moves(connection: sqlite3.Connection, called: set[str], typed: str) -> dict[int, list[tuple[int, bool]]]:
    """Where and when system messages say that someone called so came or went; who never wrote has no other name."""
    rows = connection.execute(
        "SELECT chat_id, id, event, text FROM messages"
        " WHERE event IN ('added', 'joined', 'left', 'removed') ORDER BY id"
    )
    found: dict[int, list[tuple[int, bool]]] = {}
    for chat, identity, event, text in rows:
        who = _affected(event, text)
        if any(_stands(name, who) for name in called) or bears(who, typed):
            found.setdefault(chat, []).append((identity, event in _CAME))
    return found


def _affected(event: str, text: str) -> str:
    """Of ``Dan added Priya`` the part that names who came or went, where the wording is English; else all of it."""
    for verb in (" added ", " removed "):
        before, found, after = text.partition(verb)
        if found and event in ("added", "removed"):
            return after if before else text
    return text


def _stands(name: str, text: str) -> bool:
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (text[at - 1 : at].isalnum() and at) and not text[end : end + 1].isalnum():
            return True
        at = text.find(name, at + 1)
    return False


def _own(connection: sqlite3.Connection, chat: int, people: tuple[int, ...]) -> list[int]:
    marks = ",".join("?" * len(people))
    rows = connection.execute(
        f"SELECT id FROM messages WHERE chat_id = ? AND sender_id IN ({marks}) ORDER BY id", (chat, *people)
    )
    return [identity for (identity,) in rows]
