"""One question asked of many archives: the same answers as one by one, and no archive opened in vain."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.finding.archives import asking, manifest
from archiver.finding.archives.terms import terms_of
from archiver.finding.searching.understanding import understand
from tests.making import android, archive, rows

ALEX, PRIYA = "Alex Black (MOJ)", "Priya Shah (HMT)"
CHATS = {
    "A": ("Budget", "2024", ["the budget is late", "Café at noon?", "lunch"]),
    "B": ("Estates", "2025", ["the boiler is late", "an orchid on the sill", "budget for orchids"]),
    "C": ("Travel", "2026", ["trains are late", "nothing else", "the budgerigar"]),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three archives side by side, one of a chat each."""
    folder = tmp_path_factory.mktemp("archives")
    for name, (chat, year, words) in CHATS.items():
        export = tmp_path_factory.mktemp(name) / f"WhatsApp Chat with {chat}.txt"
        people = [ALEX, PRIYA if name == "B" else "Dan Whitlock (DfE)"]
        lines = [(f"13/03/{year}, 09:0{at}", people[at % 2], said) for at, said in enumerate(words)]
        export.write_bytes(android(lines))
        archive("ingest", export, "--captured", "2026-11-20", archive=folder / name)
    return folder


@pytest.fixture
def archives(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return made


def ask(folder: Path, query: str, order: asking.Order = "newest", limit: int = 20) -> asking.Answers:
    return asking.search(asking.archives_in([folder]), understand(query), order, limit)


def found(answers: asking.Answers) -> list[str]:
    return [f"{one.archive.name} {one.hit.reference}" for one in answers.answers]


def test_answers_of_all_come_in_the_order_of_time(archives: Path) -> None:
    assert found(ask(archives, "late")) == ["C TRAVEL/00001", "B ESTATES/00001", "A BUDGET/00001"]
    assert found(ask(archives, "late", "oldest")) == ["A BUDGET/00001", "B ESTATES/00001", "C TRAVEL/00001"]
    assert found(ask(archives, "late", limit=1)) == ["C TRAVEL/00001"]
    assert ask(archives, "late", limit=1).total == 3


def test_best_first_takes_turns(archives: Path) -> None:
    """The best of each archive stand before the second best of any."""
    assert [one.archive.name for one in ask(archives, "budget OR orchid", "best").answers] == ["B", "A", "B"]


@pytest.mark.parametrize(
    ("query", "opened"),
    [
        ("orchid", 1),
        ("ORCHID", 1),
        ("cafe", 1),
        ("budget", 2),
        ("budg*", 3),
        ("orchi*", 1),
        ('"an orchid"', 1),
        ("late -orchid", 3),
        ("late orchid", 1),
        ("boiler OR trains", 2),
        ("from:priya", 1),
        ("chat:travel late", 1),
        ("late after:2025-06-01", 1),
        ("late before:2025-01-01", 1),
        ("zeppelin", 0),
        ("-zeppelin", 3),
        ("☕", 3),
        ("", 0),
    ],
)
def test_only_archives_that_may_answer_are_opened(archives: Path, query: str, opened: int) -> None:
    """And those answer as if all were: a manifest never hides what is there."""
    first, again = ask(archives, query), ask(archives, query)
    assert again.opened == opened
    assert (found(again), again.total) == (found(first), first.total)


@given(st.sets(st.text(min_size=1, max_size=8), max_size=60), st.text(max_size=8))
def test_a_word_that_is_held_is_never_denied(words: set[str], other: str) -> None:
    held = terms_of(words)
    assert all(word in held for word in words)
    assert other in words or (other in held) in (True, False)


def test_a_word_that_is_not_held_is_nearly_always_denied() -> None:
    held = terms_of(f"held{at}" for at in range(5000))
    assert sum(f"other{at}" in held for at in range(5000)) < 50


def test_a_changed_archive_is_asked_anew(archives: Path, tmp_path: Path) -> None:
    """A manifest of what an archive was says nothing of what it is."""
    mine = tmp_path / "mine" / "A"
    shutil.copytree(archives / "A", mine)
    assert ask(mine.parent, "zeppelin").total == 0
    assert ask(mine.parent, "zeppelin").opened == 0
    export = tmp_path / "WhatsApp Chat with Flights.txt"
    export.write_bytes(android([("13/03/2026, 09:00", ALEX, "a zeppelin")] * 2))
    archive("ingest", export, "--captured", "2026-11-20", archive=mine)
    assert ask(mine.parent, "zeppelin").total == 2


def test_other_words_of_a_message_are_in_the_manifest(archives: Path, tmp_path: Path) -> None:
    """What was said before an edit is found, so its archive must be opened for it."""
    mine = tmp_path / "mine" / "A"
    shutil.copytree(archives / "A", mine)
    with sqlite3.connect(mine / "archive.db") as connection:
        connection.execute(
            "INSERT INTO readings (message_id, text, basis) SELECT id, 'a xylophone', 'edited' FROM messages LIMIT 1"
        )
    connection.close()
    assert [ask(mine.parent, "xylophone").total for _ in range(2)] == [1, 1]
    assert ask(mine.parent, "xylophone").opened == 1


def test_the_archives_are_not_written_to_and_manifests_are_the_owners_alone(archives: Path) -> None:
    """Nor does a word stand in a manifest's bits."""
    before = {path: path.read_bytes() for path in archives.rglob("archive.db")}
    assert ask(archives, "orchid").total == 1
    assert {path: path.read_bytes() for path in archives.rglob("archive.db")} == before
    kept = list(manifest.kept_in().iterdir())
    assert len(kept) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert stat.S_IMODE(manifest.kept_in().stat().st_mode) == 0o700
    assert not any(b"orchid" in path.read_bytes() for path in kept)


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"[]\nrubbish")])
def test_a_broken_manifest_is_made_again(archives: Path, spoil: Callable[[Path], None]) -> None:
    assert ask(archives, "orchid").total == 1
    for path in manifest.kept_in().iterdir():
        spoil(path)
    assert (ask(archives, "orchid").total, ask(archives, "orchid").opened) == (1, 1)


def test_an_archive_that_cannot_be_read_is_told_and_the_rest_answer(archives: Path, tmp_path: Path) -> None:
    both = tmp_path / "both"
    shutil.copytree(archives / "A", both / "A")
    (both / "B").mkdir()
    (both / "B" / "archive.db").write_bytes(b"no database" * 100)
    done = archive("search", "late", "--archives", both)
    assert done.returncode == 1
    assert "1 message found" in done.stdout
    assert str(both / "B" / "archive.db") in done.stderr


def test_the_command(archives: Path, tmp_path: Path) -> None:
    done = archive("search", "late", "--archives", archives / "A", "--archives", archives / "B", "--order", "oldest")
    assert done.returncode == 0
    assert "Searched 2 archives for: late" in done.stdout
    assert done.stdout.index("BUDGET/00001") < done.stdout.index("ESTATES/00001")
    assert f"Estates  {archives / 'B'}" in done.stdout
    told = json.loads(archive("search", "late", "--chat", "budget", "--archives", archives, "--json").stdout)
    assert (told["schema"], told["total"], told["archives"]) == ("archiver/search-archives/1", 1, 3)
    assert told["messages"][0]["archive"] == str(archives / "A")
    assert told["messages"][0]["text"] == "the budget is late"
    nowhere = archive("search", "late", "--archives", tmp_path)
    assert (nowhere.returncode, nowhere.stderr) == (
        2, f"archive: {tmp_path}: there is no archive here, nor in the folders in it.\n",
    )  # fmt: skip
    assert archive("search", "late", "--order", "worst", archive=archives / "A").returncode == 2


def test_many_answer_as_each_alone(archives: Path) -> None:
    """The sum of what each archive says by itself."""
    for query in ("late", "budget OR late", "the -late", "from:alex", "is:unsure", "l*"):
        alone = 0
        for folder in asking.archives_in([archives]):
            alone += json.loads(archive("search", query, "--json", archive=folder).stdout)["total"]
        assert ask(archives, query).total == ask(archives, query).total == alone
    assert rows(archives / "A", "SELECT count(*) FROM messages") == [(3,)]
