"""What one archive holds, in a few kilobytes kept beside others outside it: when, which chats, whom, which words.

The archive itself is not written to: it may be sealed. A manifest is made when an archive is first asked, and again
when its database has changed; the folder may be thrown away at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.finding.archives.terms import Terms, terms_of
from archiver.finding.searching import names
from archiver.finding.searching.language import All, Any, Chat, Near, Node, Person, Sent, Words
from archiver.finding.searching.tokens import Scratch

FORM = "archiver/manifest/1"
PREFIXES = (2, 3, 4, 6)
"""Letters of beginnings of words that are kept too, for words with an asterisk."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One archive, as far as it can be told without opening it."""

    first: str | None
    """First day on which something was or may have been sent; None: not known, or nothing is held."""
    last: str | None
    undated: bool
    """Whether some message has no day."""
    chats: tuple[tuple[str, str], ...]
    """Code and each name of every chat."""
    people: tuple[str, ...]
    """Every name that somebody bears."""
    terms: Terms
    """Every word of every wording, and beginnings of them followed by an asterisk."""


def kept_in() -> Path:
    """Where manifests are kept: in the person's own cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "archiver" / "manifests"


def state_of(database: Path) -> list[list[int]]:
    """What changes whenever the database does: size and time of its files, to the nanosecond.

    Raises ``OSError`` where there is none.
    """
    found = [database.stat()]
    log = database.with_name(f"{database.name}-wal")
    if log.exists() and log.stat().st_size:
        found.append(log.stat())
    return [[one.st_size, one.st_mtime_ns] for one in found]


def read(database: Path) -> Manifest | None:
    """The manifest of an archive; None where there is none of its present state."""
    try:
        head, _, bits = _place(database).read_bytes().partition(b"\n")
        told = json.loads(head)
        if (told["form"], told["state"]) != (FORM, state_of(database)):
            return None
        chats = tuple((code, name) for code, name in told["chats"])
        people = tuple(told["people"])
        return Manifest(told["first"], told["last"], told["undated"], chats, people, Terms(bits))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(database: Path, made: Manifest, state: list[list[int]]) -> None:
    """Keep a manifest for the next time, readable by its owner only; ``state``: of before it was made."""
    place = _place(database)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    head = {
        "form": FORM, "archive": str(database.parent), "state": state, "first": made.first, "last": made.last,
        "undated": made.undated, "chats": made.chats, "people": made.people,
    }  # fmt: skip
    building = place.with_name(f"{place.name}.new-{os.getpid()}")
    with os.fdopen(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" + made.terms.bits)
    building.replace(place)


def _place(database: Path) -> Path:
    return kept_in() / hashlib.sha256(os.fsencode(database.resolve())).hexdigest()[:32]


def make(connection: sqlite3.Connection) -> Manifest:
    """The manifest of an open archive."""
    run = connection.execute
    first, last = run(
        "SELECT min(substr(sent_earliest, 1, 10)), max(substr(sent_latest, 1, 10)) FROM messages"
        " WHERE sent_earliest GLOB '[0-9]*' AND sent_latest GLOB '[0-9]*'"
    ).fetchone()
    (undated,) = run(
        "SELECT EXISTS (SELECT 1 FROM messages WHERE sent_earliest IS NULL OR sent_latest IS NULL"
        " OR NOT (sent_earliest GLOB '[0-9]*' AND sent_latest GLOB '[0-9]*'))"
    ).fetchone()
    chats = run(
        "SELECT code, name FROM chats UNION SELECT c.code, n.name FROM chats c JOIN chat_names n ON n.chat_id = c.id"
    )
    people = run("SELECT name FROM aliases UNION SELECT name FROM people")
    return Manifest(
        first=first,
        last=last,
        undated=bool(undated),
        chats=tuple((code, name) for code, name in chats),
        people=tuple(name for (name,) in people),
        terms=terms_of(_words(connection)),
    )


def _words(connection: sqlite3.Connection) -> Iterator[str]:
    for table in ("messages_fts", "readings_fts"):
        connection.execute(f"CREATE VIRTUAL TABLE temp.{table}_words USING fts5vocab ('main', '{table}', 'row')")
        for (word,) in connection.execute(f"SELECT term FROM temp.{table}_words"):
            yield word
            yield from (f"{word[:length]}*" for length in PREFIXES if length <= len(word))


class Doubt:
    """A question as manifests are asked it: whether an archive may hold an answer; False only where it cannot."""

    def __init__(self, wants: Node, scratch: Scratch) -> None:
        self.wants = wants
        self.scratch = scratch
        self.cut: dict[Words, tuple[str, ...]] = {}

    def may_answer(self, held: Manifest) -> bool:
        """Whether the archive of this manifest has to be opened."""
        return self._may(self.wants, held)

    def _may(self, node: Node, held: Manifest) -> bool:
        if isinstance(node, All):
            return all(self._may(part, held) for part in node.parts)
        if isinstance(node, Any):
            return any(self._may(part, held) for part in node.parts)
        if isinstance(node, Words):
            return all(term in held.terms for term in self._terms(node))
        if isinstance(node, Near):
            return self._may(node.left, held) and self._may(node.right, held)
        if isinstance(node, Sent):
            return _overlaps(node, held)
        if isinstance(node, Chat):
            typed = node.name.strip()
            return any(code.casefold() == typed.casefold() or names.bears(name, typed) for code, name in held.chats)
        if isinstance(node, Person) and node.role == "from":
            return any(names.bears(name, node.name) for name in held.people)
        return True  # the rest, and what is left out: only the archive itself can say

    def _terms(self, node: Words) -> tuple[str, ...]:
        if node not in self.cut:
            cut = self.scratch.tokens(node.text)
            if node.prefix and cut:
                *whole, last = cut
                known = [length for length in PREFIXES if length <= len(last)]
                cut = [*whole, f"{last[: known[-1]]}*"] if known else whole
            self.cut[node] = tuple(cut)
        return self.cut[node]


def _overlaps(node: Sent, held: Manifest) -> bool:
    if held.undated:
        return True
    if held.first is None or held.last is None:
        return False
    return (node.first is None or node.first[:10] <= held.last) and (node.last is None or node.last[:10] >= held.first)
