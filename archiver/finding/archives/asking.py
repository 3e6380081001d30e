"""A question asked of many archives, one by one, each only read; the answers in one list."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from archiver.errors import ArchiverError, UsageError
from archiver.finding.archives import manifest
from archiver.finding.searching import asking, pages
from archiver.finding.searching.language import Question
from archiver.finding.searching.pages import Hit, Order
from archiver.finding.searching.planning import plan
from archiver.finding.searching.tokens import Scratch
from archiver.record.store import DATABASE, open_for_reading


@dataclass(frozen=True, slots=True)
class Answer:
    """A message found, and the folder of the archive that holds it."""

    archive: Path
    hit: Hit


@dataclass(frozen=True, slots=True)
class Answers:
    """What many archives answered."""

    answers: tuple[Answer, ...]
    total: int
    """Messages that answer in all of them; one that two archives hold counts twice."""
    archives: int
    """That there are."""
    opened: int
    """That had to be opened, for their manifests did not exclude an answer."""
    notes: tuple[str, ...]
    """Whom and which chat a name was taken to mean, where something was found."""
    unread: tuple[str, ...]
    """A sentence for each archive that could not be asked."""


def archives_in(folders: Sequence[Path]) -> list[Path]:
    """The archives among some folders: each that is one, and of each other those that lie directly in it, by name.

    Raises ``UsageError`` where a folder is none and holds none.
    """
    found: list[Path] = []
    for folder in folders:
        if (folder / DATABASE).is_file():
            found.append(folder)
            continue
        inside = sorted(child.parent for child in folder.glob(f"*/{DATABASE}"))
        if not inside:
            raise UsageError(f"{folder}: there is no archive here, nor in the folders in it.")
        found += inside
    return list(dict.fromkeys(found))


def search(archives: Sequence[Path], question: Question, order: Order = "newest", limit: int = 20) -> Answers:
    """Ask them all. Best first, the best of each archive come first, then the second of each: ranks of two archives
    cannot be compared, for a word that is rare in one may be common in another."""
    lists: list[list[Answer]] = []
    total = opened = 0
    notes: dict[str, None] = {}
    unread = []
    with Scratch() as scratch:
        doubt = manifest.Doubt(question.wants, scratch) if question.wants else None
        for folder in archives if doubt else ():
            try:
                held = manifest.read(folder / DATABASE)
                if held is not None and doubt is not None and not doubt.may_answer(held):
                    continue
                opened += 1
                hits, count, said = _ask(folder, question, order, limit, held is None)
            except (ArchiverError, sqlite3.Error, OSError) as error:
                unread.append(_unread(folder, error))
                continue
            lists.append([Answer(folder, hit) for hit in hits])
            total += count
            notes.update(dict.fromkeys(said if hits else ()))
    merged = tuple(_merged(lists, order))[:limit]
    return Answers(merged, total, len(archives), opened, tuple(notes), tuple(unread))


def _merged(lists: list[list[Answer]], order: Order) -> Iterator[Answer]:
    """Ids run in the order of time, in every archive alike."""
    if order == "best":
        rounds = zip_longest(*lists)
        for beside in rounds:
            yield from sorted(filter(None, beside), key=lambda answer: answer.hit.id, reverse=True)
        return
    yield from sorted(chain.from_iterable(lists), key=lambda answer: answer.hit.id, reverse=order == "newest")


def _ask(
    folder: Path, question: Question, order: Order, limit: int, is_unknown: bool
) -> tuple[tuple[Hit, ...], int, tuple[str, ...]]:
    """The first page, how many there are, and notes; the archive's manifest is made where it is not known."""
    with closing(open_for_reading(folder)) as connection:
        if is_unknown:
            _note(folder)
        asked = plan(connection, question)
        return pages.page(connection, asked, order, limit=limit).hits, asking.count(connection, asked), asked.notes


def _note(folder: Path) -> None:
    state = manifest.state_of(folder / DATABASE)
    with closing(open_for_reading(folder)) as connection:
        connection.execute("PRAGMA query_only = OFF")  # for tables of its own in memory; the archive is open read-only
        manifest.keep(folder / DATABASE, manifest.make(connection), state)


def _unread(folder: Path, error: Exception) -> str:
    if isinstance(error, ArchiverError):
        return str(error)
    what = (
        "the archive could not be read" if isinstance(error, (OSError, sqlite3.OperationalError)) else "it is damaged"
    )
    return f"{folder}: {what} ({error})."
