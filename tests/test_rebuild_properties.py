"""Captures, decisions and rebuilds in any order: deriving again always gives the record as it stands."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from archiver import pipeline, rebuilding
from archiver.errors import UsageError
from archiver.finding.message import message_named
from archiver.model import Dated, ReadingOptions
from archiver.record import decisions, derived
from archiver.record import store as stores

PEOPLE = ("Alex Black (MOJ)", "Priya Shah (HMT)", "Pri", "Ann", "Dan Cole", "~ Priya", "+44 7700 900123")
WORDS = (
    "budget", "figures", "press", "office", "noon", "draft", "minister", "content", "treasury", "lines", "publish",
    "statement", "reply", "today",
)  # fmt: skip

Said = list[tuple[int, str, str]]


class Archive:
    """An archive that things are done to at random."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.any = folder, random.Random(seed)
        stores.create(folder / "record", "Europe/London")
        self.store = stores.open_for_writing(folder / "record", "archiver.invalid/test")
        self.run = self.store.connection.execute
        self.talk = self._talk()
        self.taken: list[Path] = []

    def _talk(self) -> Said:
        minute, said = 540, []
        for _ in range(self.any.randint(15, 50)):
            minute += self.any.choice((0, 0, 1, 3, 30, 200))
            long = " ".join(self.any.choices(WORDS, k=self.any.randint(3, 9)))
            said.append((minute, self.any.choice(PEOPLE[:5]), self.any.choice(("Ok", "Thanks", long, long, long))))
        return said

    def ingest(self) -> None:
        """One phone's view: a stretch, some messages lost, some people saved under other names."""
        pick = self.any
        first = pick.randint(0, len(self.talk) // 2)
        called = {name: pick.choice(PEOPLE) if pick.random() < 0.2 else name for name in PEOPLE}
        ahead = pick.choice((0, 0, 0, 60))
        lines = [
            f"{_written(at + ahead)} - {called[who]}: {text}\n"
            for at, who, text in self.talk[first : pick.randint(first + 3, len(self.talk))]
            if pick.random() > 0.05
        ] or ["13/03/2026, 10:00 - Ann: Hello\n"]
        path = self.folder / f"WhatsApp Chat with Team {len(self.taken)}.txt"
        path.write_text("".join(lines), "utf-8")
        self.taken.append(path)
        self._hand_over(path, pick.choice(("Team", "Budget")))

    def say_again(self) -> None:
        """A held file comes again with another capture date."""
        self._hand_over(self.any.choice(self.taken), None)

    def _hand_over(self, path: Path, chat: str | None) -> None:
        dated = Dated(datetime(2026, 4, self.any.randint(1, 28)), "noted", "noted by a person", precise=False)
        options = ReadingOptions(chat=chat, captured=dated, custodian=self.any.choice((None, PEOPLE[0])))
        done = pipeline.ingest(self.store, [(path, path.name)], options, None, lambda n: None, lambda n, c: None)
        assert [source.fault for source in done.sources] == [None]

    def two(self, table: str, *ways: Callable[..., int]) -> None:
        ids = [one for (one,) in self.run(f"SELECT id FROM {table}")]
        one, other = self.any.sample(ids, 2) if len(ids) > 1 else (1, 1)
        self.any.choice(ways)(self.store, one, other, "Helen Hill", "tried")

    def part(self) -> None:
        way = self.any.choice(("person", "sighting", "capture"))
        if way == "person":
            person, name = self.any.choice(self.run("SELECT person_id, name FROM aliases").fetchall())
            decisions.person_parted(self.store, person, name, "Helen Hill", "tried")
        elif way == "sighting":
            (message,) = self.any.choice(self.run("SELECT message_id FROM sighting_data").fetchall())
            decisions.sighting_parted(self.store, message, self.any.randint(1, 2), "Helen Hill", "tried")
        else:
            chat, capture = self.any.choice(self.run("SELECT chat_id, id FROM captures").fetchall())
            decisions.capture_parted(self.store, chat, capture, "Helen Hill", "tried")

    def correct(self) -> None:
        (message,) = self.any.choice(self.run("SELECT id FROM messages").fetchall())
        field, value = self.any.choice((("text", "Put right"), ("sent_at", "2026-03-02T10:00")))
        decisions.correct(self.store, message, field, value, "Helen Hill", "tried")

    def withdraw(self) -> None:
        number = self.any.randint(1, 6)
        decisions.withdraw(self.store, number, "Helen Hill", "tried")

    def rebuild(self) -> None:
        rebuilding.rebuild(self.store, lambda name, count: None)

    def act(self) -> None:
        """Something; what cannot be done is refused."""
        acts: tuple[Callable[[], None], ...] = (
            self.ingest, self.ingest, self.ingest, self.say_again, self.part, self.part, self.correct, self.withdraw,
            self.rebuild, self.rebuild,
            lambda: self.two("chats", decisions.chats_same, decisions.chats_not_same),
            lambda: self.two("people", decisions.people_same, decisions.people_not_same),
            lambda: self.two("messages", decisions.messages_same, decisions.messages_not_same),
        )  # fmt: skip
        with suppress(UsageError):
            self.any.choice(acts)()

    def differences(self) -> list[derived.Difference]:
        scratch = self.folder / "scratch.db"
        scratch.unlink(missing_ok=True)
        held = stores.open_for_reading(self.folder / "record")
        rebuilding.derive(self.folder / "record", held, scratch, lambda name, count: None)
        held.close()
        connection = sqlite3.connect(scratch)
        connection.execute("ATTACH ? AS held", (str(self.folder / "record" / "archive.db"),))
        try:
            return list(derived.differences(connection))
        finally:
            connection.close()

    def words(self, reference: str) -> set[str]:
        """All the words of the message that a reference finds."""
        message = message_named(self.store.connection, reference)
        sql = "SELECT text FROM messages WHERE id = ?1 UNION SELECT text FROM readings WHERE message_id = ?1"
        return {text for (text,) in self.run(sql, (message,))}


def _written(minute: int) -> str:
    return f"{1 + minute // 1440:02}/03/2026, {minute // 60 % 24:02}:{minute % 60:02}"


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_deriving_again_gives_the_same(tmp_path: Path, seed: int) -> None:
    """And every reference ever given finds a message with the words that stood there; keys and search are whole."""
    archive = Archive(tmp_path, seed)
    archive.ingest()
    archive.ingest()
    given: dict[str, str] = {}
    for _ in range(8):
        archive.act()
        assert archive.differences() == []
        assert archive.run("PRAGMA foreign_key_check").fetchall() == []
        for search in ("messages_fts", "readings_fts"):
            archive.run(f"INSERT INTO {search} ({search}, rank) VALUES ('integrity-check', 1)")
        assert all(text in archive.words(reference) for reference, text in given.items())
        for reference, text in archive.run("SELECT reference, text FROM messages"):
            given.setdefault(reference, text)
    archive.store.close()
