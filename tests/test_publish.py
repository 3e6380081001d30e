"""A published index answers as the archive does, to those who may ask, and holds what the archive holds."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.finding.searching import asking as archive_asking
from archiver.finding.searching.planning import plan
from archiver.finding.searching.tokens import Scratch
from archiver.finding.searching.understanding import understand
from archiver.publishing import asking, rows
from archiver.publishing.connecting import connect
from archiver.record.store import open_for_reading, open_for_writing
from archiver.settings import read_settings
from tests.making import android, archive
from tests.making import rows as ask
from tests.postgres import server

PEOPLE = ["Alex Black (MOJ)", "Priya Shah (HMT)", "Dan Whitlock (DfE)", "Zoë Öz (DCMS)", "+44 7700 900123"]
WORDS = [
    "budget", "Budget", "budgets", "budgetary", "café", "cafe", "CAFÉ", "naïve", "press", "office", "press-office",
    "don't", "o'clock", "2.9bn", "£3m", "treasury", "the", "a", "07700", "900123", "+44 7700 900123", "straße", "ß",
    "İstanbul", "Ⅳ", "ﬁne", "日本", "👍", "x_y", "one.two", "ĀĂ", "é", "e\N{COMBINING ACUTE ACCENT}", "Đ", "ø",
]  # fmt: skip


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """A server with an owner and three roles that may be let in."""
    with server() as url:
        with psycopg.connect(f"{url}&user=owner", autocommit=True) as made:
            for role in ("press", "budgeteers", "nobody_yet"):
                made.execute(f"CREATE ROLE {role} LOGIN")  # type: ignore[call-overload]
        yield url


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three chats with odd words, repeated ones, other wordings and doubtful times."""
    chosen, folder = random.Random(8), tmp_path_factory.mktemp("published") / "record"
    for chat in ("Budget", "Press office", "Zoë Öz (DCMS)"):
        export = folder.parent / f"WhatsApp Chat with {chat}.txt"
        lines = []
        for at in range(150):
            said = " ".join(chosen.choices(WORDS, k=chosen.randint(1, 8)))
            who = None if at % 40 == 7 else chosen.choice(PEOPLE)
            said = said if who else f'{PEOPLE[0]} created group "{chat}"'
            lines.append(
                (f"{chosen.randint(1, 28):02}/{chosen.randint(1, 12):02}/2025, {at % 24:02}:{at % 60:02}", who, said)
            )
        lines += [
            ("05/06/2025, 10:00", PEOPLE[0], "<Media omitted>"),
            ("05/06/2025, 10:01", PEOPLE[1], "press \N{COMBINING ACUTE ACCENT} office"),
        ]
        export.write_bytes(android(lines))
        archive(
            "ingest",
            export,
            "--captured",
            "2026-01-20",
            "--date-order",
            "dmy",
            "--work",
            f"Work on {chat}",
            archive=folder,
        )
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        for message, text in connection.execute("SELECT id, text FROM messages WHERE id % 5 = 0").fetchall():
            other = " ".join(chosen.choices(WORDS, k=3))
            connection.execute(
                "INSERT INTO readings (message_id, text, basis) VALUES (?, ?, 'edited')", (message, other + text[:2])
            )
        connection.execute("UPDATE messages SET sent_at = substr(sent_at, 1, 10) WHERE id % 11 = 0")
        connection.execute("UPDATE messages SET sent_at = NULL WHERE id % 37 = 0")
        connection.execute("UPDATE messages SET sent_at = 'T10:00' WHERE id % 41 = 0")
        connection.execute(
            "UPDATE messages SET doubt_earliest = '2025-03-05T00:00', doubt_latest = '2025-05-03T23:59'"
            " WHERE id % 13 = 0"
        )
        connection.commit()
    return folder


@pytest.fixture(scope="session")
def published(record: Path, database: str) -> str:
    done = archive("publish", f"{database}&user=owner", "--json", archive=record)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["messages"], told["written"], told["removed"]) == (456, 456, 0)
    assert told["readers"] == []
    return database


def queries(number: int) -> list[str]:
    """Questions of words, phrases, OR, NOT, prefix, from, chat and dates, also within one another."""
    chosen = random.Random(200)

    def word() -> str:
        return chosen.choice(WORDS)

    def leaf() -> str:
        sort = chosen.randrange(12)
        if sort < 4:
            return word()
        if sort < 6:
            return f'"{word()} {word()}"'
        if sort == 6:
            return f"{word()[: chosen.randint(1, 4)]}*"
        if sort == 7:
            return f"from:{chosen.choice(['alex', 'priya', 'zoe', 'öz', 'dan', 'nobody', 'b*', '07700900123'])}"
        if sort == 8:
            return f"chat:{chosen.choice(['budget', 'press', 'PRESS', 'zoe', 'nowhere'])}"
        if sort == 9:
            return f"after:2025-{chosen.randint(1, 12):02}-{chosen.randint(1, 28):02}"
        if sort == 10:
            return f"before:2025-{chosen.randint(1, 12):02}"
        return chosen.choice(
            ["is:unsure", "is:edited", "kind:system", "has:attachment", "about:press", "route:email-export",
             f"{word()} NEAR/{chosen.randint(0, 4)} {word()}", "on:2025-06-05", "event:created"]
        )  # fmt: skip

    def question(depth: int) -> str:
        sort = chosen.randrange(6) if depth else 0
        if sort < 2:
            return leaf()
        if sort == 2:
            return f"{question(depth - 1)} {question(depth - 1)}"
        if sort == 3:
            return f"({question(depth - 1)} OR {question(depth - 1)})"
        if sort == 4:
            return f"-{leaf()}"
        return f"{question(depth - 1)} -({question(depth - 1)})"

    return [question(3) for _ in range(number)]


def test_two_hundred_questions_are_answered_alike(record: Path, published: str) -> None:
    """The same messages by PostgreSQL as by SQLite; and the questions are no empty ones."""
    answered = []
    with closing(open_for_reading(record)) as held, connect(f"{published}&user=owner") as index:
        for query in [
            *queries(300),
            *WORDS,
            *(f"{word[:2]}*" for word in WORDS),
            *(f'"{word} {word}"' for word in WORDS),
        ]:
            asked = understand(query)
            here = sorted(archive_asking.ids(held, plan(held, asked)))
            there = [one for _, one in asking.ids(index, asked)]
            assert there == here, query
            answered.append(len(here))
    assert sum(0 < found < 456 for found in answered) > 200


@settings(max_examples=60)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_tokens_are_those_of_the_archives_own_search(texts: list[str]) -> None:
    """Cut many at once, or one by one: the same, whatever characters stand in them."""
    model = rows.Row(
        1, 1, "A/1", None, None, None, "unknown", "", "", None, "text", None, "", *([False] * 4), [], [], [], []
    )
    made = [model._replace(text=text.replace("\0", " "), others=[text[::-1].replace("\0", " ")]) for text in texts]
    with Scratch() as scratch:
        for row, words in zip(made, rows.Cutter().words(made), strict=True):
            assert [line.split() for line in words.split("\n")] == [
                scratch.tokens(row.text),
                scratch.tokens(row.others[0]),
            ]


def test_the_command_asks_the_index(record: Path, published: str) -> None:
    """As the archive shows it, page and all."""
    here = json.loads(archive("search", "press", "office", "--limit", "7", "--json", archive=record).stdout)
    there = json.loads(
        archive("search", "press", "office", "--limit", "7", "--json", "--in", f"{published}&user=owner").stdout
    )
    assert there["total"] == here["total"] > 7
    assert [{**one, "archive": None} for one in there["messages"]] == [
        {**one, "archive": None} for one in here["messages"]
    ]
    done = archive("search", "press", "--chat", "BUDGET", "--in", f"{published}&user=owner")
    assert done.returncode == 0
    assert "Press office" not in done.stdout
    assert "«press»" in done.stdout.casefold()
    for query in ("press .. office within 3 messages", "with:priya press"):
        refused = archive("search", query, "--in", f"{published}&user=owner")
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
        assert "not in a published index" in refused.stderr or "not by a published index" in refused.stderr


def test_each_role_sees_its_chats_only(record: Path, published: str, tmp_path: Path) -> None:
    """By PostgreSQL itself, whatever is asked of it: messages, chats, people, names, memberships."""
    owner = f"{published}&user=owner"
    refused = archive("search", "press", "--in", f"{published}&user=nobody_yet")
    assert (refused.returncode, "may not read there" in refused.stderr) == (1, True)
    done = archive("publish", owner, "--allow", "press", "--allow", "budgeteers:BUDGET", "--json", archive=record)
    assert sorted(json.loads(done.stdout)["readers"]) == [["budgeteers", "BUDGET"], ["press", None]]
    chats = dict(ask(record, "SELECT code, id FROM chats"))
    tables = {"messages": "chat", "chats": "id", "works": "chat", "names": "chat", "memberships": "chat"}
    with (
        psycopg.connect(f"{published}&user=press") as all_of_it,
        psycopg.connect(f"{published}&user=budgeteers") as some,
    ):
        for table, column in tables.items():
            seen = some.execute(f"SELECT DISTINCT {column} FROM archiver.{table}").fetchall()  # type: ignore[call-overload]
            assert seen == [(chats["BUDGET"],)], table
            every = all_of_it.execute(f"SELECT DISTINCT {column} FROM archiver.{table}").fetchall()  # type: ignore[call-overload]
            assert len(every) == 3, table
        assert some.execute("SELECT role FROM archiver.access").fetchall() == [("budgeteers",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            some.execute("DELETE FROM archiver.messages")
    mine = json.loads(archive("search", "the", "--json", "--in", f"{published}&user=budgeteers").stdout)
    assert {one["chat"] for one in mine["messages"]} == {"Budget"}
    assert (
        mine["total"]
        == json.loads(archive("search", "the", "--chat", "budget", "--json", archive=record).stdout)["total"]
    )
    archive("publish", owner, "--forbid", "press", archive=record)
    with psycopg.connect(f"{published}&user=press") as none:
        assert none.execute("SELECT count(*) FROM archiver.messages").fetchone() == (0,)
    for wrong, said in (("ghost", "no such role"), ("press:NOWHERE", "no chat has this code")):
        refused = archive("publish", owner, "--allow", wrong, archive=record)
        assert (refused.returncode, said in refused.stderr) == (2, True)


def test_only_what_is_new_changed_or_gone_is_written(database: str, tmp_path: Path) -> None:
    """And the index ends up as one made afresh; publishing is an act of the archive's log."""
    owner, mine = f"{database}&user=owner", tmp_path / "growing"
    lines = [(f"13/03/2026, 09:0{at}", PEOPLE[at % 2], f"zeppelin {at}") for at in range(5)]
    export = tmp_path / "WhatsApp Chat with Airships.txt"

    def ingested(lines: list[tuple[str, str | None, str]]) -> dict[str, object]:
        export.write_bytes(android(lines))
        archive("ingest", export, "--captured", "2026-03-20", archive=mine)
        return dict(json.loads(archive("publish", owner, "--json", archive=mine).stdout))

    def total(query: str) -> int:
        return int(json.loads(archive("search", query, "--json", "--in", owner).stdout)["total"])

    assert (ingested(list(lines))["written"], total("zeppelin")) == (5, 5)
    again = json.loads(archive("publish", owner, "--json", archive=mine).stdout)
    assert (again["written"], again["removed"], again["messages"]) == (0, 0, 5)
    grown = ingested([*lines, ("14/03/2026, 09:00", PEOPLE[0], "a zeppelin landed")])
    assert (grown["written"], grown["removed"], grown["messages"]) == (1, 0, 6)
    assert total("landed") == 1
    store = open_for_writing(mine, read_settings(mine).identity)
    with closing(store), store.transaction() as connection:
        connection.execute("UPDATE messages SET text = 'a balloon landed' WHERE text = 'a zeppelin landed'")
        connection.execute("DELETE FROM messages WHERE text = 'zeppelin 3'")
        store.write_log("tested", {})
    changed = json.loads(archive("publish", owner, "--json", archive=mine).stdout)
    assert (changed["written"], changed["removed"], changed["messages"]) == (1, 1, 5)
    assert (total("zeppelin"), total("balloon")) == (4, 1)
    acts = [json.loads(str(entry)) for (entry,) in ask(mine, "SELECT entry FROM log WHERE entry LIKE '%publish%'")]
    assert [act["detail"]["written"] for act in acts] == [5, 1, 1]


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("mysql://host/db", 2, "Write the database as postgresql://HOST/DATABASE"),
        ("postgresql:///nowhere?host=/nonexistent", 1, "this machine"),
        ("postgresql://u:secret@127.0.0.1:9/db", 1, "127.0.0.1/db"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_sentence(record: Path, url: str, code: int, said: str) -> None:
    done = archive("publish", url, archive=record)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    assert "secret" not in done.stderr
    if code == 2:
        assert said in done.stderr


def test_nothing_published_is_one_sentence(database: str) -> None:
    with psycopg.connect(f"{database}&user=owner", autocommit=True) as made:
        made.execute("DROP DATABASE IF EXISTS empty")
        made.execute("CREATE DATABASE empty")
    done = archive("search", "x", "--in", f"{database.replace('/postgres?', '/empty?')}&user=owner")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "nothing is published there" in done.stderr
