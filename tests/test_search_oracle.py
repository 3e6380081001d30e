"""The search against looking at every message: equal sets, for every operator."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from archiver.finding.searching import asking
from archiver.finding.searching.planning import plan
from archiver.finding.searching.understanding import understand
from archiver.record.store import open_for_reading
from tests.making import android, iphone, receipt, zipped
from tests.search_oracle import Asker, Record
from tests.test_matching_corpus import generate

ALEX, PRIYA, DAN, NOOR = "Alex Black (MOJ)", "Priya Shah (HMT)", "Dan Whitlock (DfE)", "Noor Haddad"
NUMBER = "+44 7700 900123"
TALK = """
    budget minister ministers ministerial ferry port café cafe naïve Straße plan plans planning lunch sage minutes
    o'clock o’clock the and to £9m 14:07 https://example.com/a?b=c 2026-03-05 👍 🙏 ❤️ ❤ 🏳️‍🌈 👍🏽 部长会議 well-being
    07700900456 Ελλάδα Москва
"""
NUMBERS = (
    "07700 900456",
    "+44 7700 900456",
    "+44 (0)7700-900-456",
    "0044 7700 900456",
    "07700 900457",
    "(07700) 900 457",
)


def talk(seed: int, people: list[str], days: list[str], number: int) -> list[tuple[str, str | None, str]]:
    """Lines as an export shows them, in the order of time."""
    chance = random.Random(seed)
    lines: list[tuple[str, str | None, str]] = []
    for at in range(number):
        when = f"{days[at * len(days) // number]}, {8 + at * 10 // number:02}:{at * 7 % 60:02}"
        words = " ".join(chance.choices(TALK.split(), k=chance.randint(1, 9)))
        words = chance.choice((words, words, words, f"{words} {chance.choice(NUMBERS)} {words}", words.upper()))
        words = chance.choice((words,) * 12 + ("<Media omitted>", f"IMG-{at}.jpg (file attached)\n{words}"))
        words = chance.choice((words,) * 14 + ("This message was deleted", f"{words}\n{words}"))
        lines.append((when, chance.choice(people), words))
    return sorted(lines, key=lambda line: (line[0][6:10], line[0][3:5], line[0][:2], line[0][12:]))


def ports(folder: Path) -> list[Path]:
    """A group on two phones, one of which saw some messages edited, and people who came and went."""
    days = ["28/02/2026", "01/03/2026", "05/03/2026", "13/03/2026"]
    lines = talk(1, [ALEX, PRIYA, NUMBER, NOOR], days, 120)
    lines.insert(0, ("28/02/2026, 08:00", None, f"{ALEX} created group “Ports”"))
    lines.insert(30, (lines[30][0], None, f"{ALEX} added {DAN}"))
    lines.insert(60, (lines[60][0], DAN, "budget plans for lunch"))
    lines.insert(80, (lines[80][0], None, f"{DAN} left"))
    lines.insert(100, (lines[100][0], None, f"{PRIYA} removed {NOOR}"))
    first = folder / "WhatsApp Chat with Ports.txt"
    first.write_bytes(android(lines))
    again = [(when, who, words) for when, who, words in lines if who]
    again = [
        (when, who, f"{words} altogether otherwise <This message was edited>" if at % 9 == 4 else words)
        for at, (when, who, words) in enumerate(again)
    ]
    second = zipped(folder / "WhatsApp Chat - Ports.zip", {"_chat.txt": iphone(again)})
    return [first, second]


def others(folder: Path) -> tuple[Path, Path, Path]:
    direct = folder / f"WhatsApp Chat with {PRIYA}.txt"
    direct.write_bytes(android(talk(2, [ALEX, PRIYA], ["03/03/2026", "04/03/2026", "14/03/2026"], 50)))
    doubtful = folder / "WhatsApp Chat with Ferry café 🙏.txt"
    doubtful.write_bytes(android(talk(3, [ALEX, DAN, "Zoë Smith"], ["01/02/2026", "01/03/2026", "02/04/2026"], 40)))
    paste = folder / "pasted.txt"
    lines = talk(4, [DAN, NOOR, ALEX], ["15/03/2026", "16/03/2026"], 30)
    paste.write_text("".join(f"[{w[12:]}, {w[:10]}] {who}: {words}\n" for w, who, words in lines), "utf-8")
    return direct, doubtful, paste


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    folder = tmp_path_factory.mktemp("oracle")
    archive = folder / "record"
    direct, doubtful, paste = others(folder)
    said = ("--captured", "2026-04-20")
    for path, who in zip(ports(folder), (ALEX, PRIYA), strict=True):
        receipt(path, *said, "--custodian", who, "--work", "Winter planning", archive=archive)
    receipt(direct, doubtful, *said, archive=archive)
    receipt(paste, *said, "--chat", "Ports", "--work", "Ferry", archive=archive)
    return doubted(archive)


def doubted(archive: Path) -> sqlite3.Connection:
    """The same with what only screenshots bring: times half known, other readings, matches that only nearly fit."""
    with sqlite3.connect(archive / "archive.db") as connection:
        run = connection.execute
        ids = [one for (one,) in run("SELECT id FROM messages ORDER BY id")]
        for at, time in ((5, None), (25, "T14:07"), (45, "2026-03-05"), (46, "2026-03-01"), (99, None)):
            run("UPDATE messages SET sent_at = ? WHERE id = ?", (time, ids[at]))
        for at in (7, 45, 46, 90, 91, 92, 140):
            text = f"rninister budqet {random.Random(at).choice(TALK.split())} budget lunch 👍"
            run("INSERT INTO readings (message_id, text, basis) VALUES (?, ?, 'as-shown')", (ids[at], text))
        run("UPDATE sighting_data SET score = 0.5 WHERE message_id IN (?, ?)", (ids[11], ids[12]))
    connection.close()
    return open_for_reading(archive)


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    """What the generator's seven phones and more make of one conversation: aliases, edits, deletions, odd clocks."""
    folder = tmp_path_factory.mktemp("phones")
    generate.generate(250, "5", generate.PRESETS["torture"], str(folder), "group")
    views = sorted(path for path in folder.glob("*.txt"))
    for view in views:
        receipt(view, "--captured", "2026-01-01", "--chat", "Winter", archive=folder / "record")
    return open_for_reading(folder / "record")


def held_against(connection: sqlite3.Connection, seed: int, number: int) -> Counter[str]:
    """Ask questions and look; how often each operator was used in one that something, but not all, answers."""
    looked = Record(connection)
    asker = Asker(looked, seed)
    telling = Counter[str]()
    for _ in range(number):
        asked = asker.question()
        expected = [message.id for message in looked.messages if asked.answer(message)]
        question = understand(asked.typed)
        planned = plan(connection, question)
        assert question.ignored == (), asked.typed
        assert list(asking.ids(connection, planned, newest=False)) == expected, asked.typed
        assert list(asking.ids(connection, planned)) == expected[::-1], asked.typed
        assert asking.count(connection, planned) == len(expected), asked.typed
        if 0 < len(expected) < len(looked.messages):
            telling.update(asked.uses)
    return telling


OPERATORS = {
    "word", "phrase", "prefix", "near", "sign", "number", "odd", "from", "to", "with", "between", "chat", "about",
    "route", "kind", "event", "before", "after", "on", "certainly:", "possibly:", "has", "edited", "deleted", "unsure",
    "and", "or", "not", "together",
}  # fmt: skip


def test_the_search_finds_what_looking_at_every_message_finds(record: sqlite3.Connection) -> None:
    """300 questions, every operator in some that tell: neither nothing nor everything answers them."""
    telling = held_against(record, seed=7, number=300)
    assert telling.keys() == OPERATORS, OPERATORS - telling.keys()


def test_the_same_for_one_conversation_on_many_phones(phones: sqlite3.Connection) -> None:
    assert sum(held_against(phones, seed=11, number=100).values()) > 100


def test_the_oracle_sees_a_search_that_misses(record: sqlite3.Connection) -> None:
    """It is not blind: were the other wordings left out, or undated messages, it would say so."""
    looked = Record(record)
    assert any(len(message.wordings) > 1 for message in looked.messages)
    assert any(message.earliest < "0002" for message in looked.messages)
    assert {capture[2] for capture in looked.captures.values()} == {"email-export", "web-paste"}
    by_words = {m.id for m in looked.messages if "otherwise" in m.cut[0]}
    in_any = {m.id for m in looked.messages if any("altogether" in cut for cut in m.cut)}
    assert by_words <= in_any
