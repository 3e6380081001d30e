"""Ingest on one page: the only bridge between reading, matching and the record.

paths → original stored → opened → read → matched → recorded, all or nothing a source → receipt
"""

from __future__ import annotations

import errno
import gc
import os
import sqlite3
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from archiver.errors import FAILED, ArchiverError, NeedsPerson, Refused, UsageError
from archiver.model import Bundle, Dated, Reading, ReadingOptions, Source
from archiver.reading.chatname import chat_name
from archiver.reading.detect import looks_like_picture, open_source, plain_name
from archiver.reading.dialects import is_chat
from archiver.record.failpoint import fail_point
from archiver.record.originals import Incoming
from archiver.record.store import Store, account, utc_now
from archiver.record.taking import Held, Taking, said
from archiver.recording import ChatTaken, Tell, read_source, record, taken_counts

Ask = Callable[[str], Dated | None]
"""Asks a person for the capture date of what is named; None where nobody is there to answer."""


class Awaited(Protocol):
    """The readings of a source, one for each bundle, when they are there."""

    @property
    def result(self) -> Callable[[], list[Reading]]:
        """Waits for them; raises what reading raised."""


class Readers(Protocol):
    """Where sources are read: shaped like an executor, on this machine or on others."""

    def submit(
        self, read: Callable[[Source, ReadingOptions], list[Reading]], source: Source, options: ReadingOptions, /
    ) -> Awaited:
        """Have a source read, by ``read`` or to the same effect."""


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """What became of one file handed over."""

    name: str
    outcome: str
    """``taken``, ``held`` (its bytes were held already) or ``refused``."""
    sha256: str | None = None
    size: int = 0
    chats: tuple[ChatTaken, ...] = ()
    held_since: str | None = None
    error: str | None = None
    detail: str | None = None
    exit_code: int = 0
    fault: str | None = None
    """Where in the program it failed, for whoever mends it; None where it did not."""


@dataclass(slots=True)
class Receipt:
    """What an accession came to."""

    archive: str
    accession: int | None
    at: str
    by: str
    work: str | None
    sources: list[SourceOutcome] = field(default_factory=list)
    checkpoint: str | None = None


def files_of(paths: Sequence[Path], archive: Path | None = None) -> list[tuple[Path, str]]:
    """Every file handed over, with the name it is spoken of by: folders are read whole, in the order of names.

    Hidden files and the archive itself are left out. Links in a folder are handed on, to be refused: what they point
    at was not handed over. Raises ``UsageError`` where a folder holds nothing.
    """
    found: list[tuple[Path, str]] = []
    for path in paths:
        if not path.is_dir():
            found.append((path, _spoken(path)))
            continue
        children = [child for child in sorted(path.rglob("*")) if _is_handed_over(child, path, archive)]
        if not children:
            raise UsageError(f"{path}: the folder holds no file.")
        found += [(child, _spoken(child)) for child in children]
    return found


def _spoken(path: Path) -> str:
    """A file's name as text, also where it is not UTF-8."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _is_handed_over(child: Path, folder: Path, archive: Path | None) -> bool:
    if any(part.startswith(".") for part in child.relative_to(folder).parts):
        return False
    if child.is_dir() and not child.is_symlink():
        return False
    return archive is None or not child.resolve().is_relative_to(archive.resolve())


def ingest(
    store: Store,
    files: Sequence[tuple[Path, str]],
    options: ReadingOptions,
    stated_name: str | None,
    ask: Ask,
    tell: Tell,
    elsewhere: Readers | None = None,
) -> Receipt:
    """Take files into the record, each whole or not at all; one that is refused does not stop the rest.

    Texts go first, for what they say surely helps to place what is only read off pictures. ``elsewhere``: who reads
    in place of this machine's processors; ``options.workers`` of them.
    """
    receipt = Receipt(str(store.folder), None, utc_now(), account(), options.work)
    taking, asking = Taking(store, stated_name), _Asking(ask)
    outcomes: dict[int, SourceOutcome] = {}
    order = sorted(range(len(files)), key=lambda at: looks_like_picture(files[at][0]))
    with _no_garbage_collection(), ThreadPoolExecutor(options.workers) as pool:
        for at, opening in _read_ahead(taking, elsewhere or pool, files, order, options, asking):
            label = plain_name(files[at][1])
            try:
                outcomes[at] = _settled(taking, opening, label, asking, tell)
            except Exception as error:  # noqa: BLE001 - the one place that reports a fault of our own: the rest goes on
                outcomes[at] = _fault(label, error)
    receipt.sources = [outcomes[at] for at in range(len(files))]
    if any(source.outcome != "refused" for source in receipt.sources):
        receipt.accession, receipt.checkpoint = taking.accession, taking.checkpoint
    return receipt


@dataclass(frozen=True, slots=True)
class _Opened:
    """A source whose bytes are stored, on its way into the record."""

    incoming: Incoming
    source: Source
    chat: str | None
    """The chat as the person or the file's name calls it."""
    options: ReadingOptions
    """With the capture date that was asked for."""
    modified: float
    """When the file handed over was last changed, in seconds since 1970."""
    readings: Awaited
    """One for each bundle, in order; pictures are read ahead, by several at once."""


_Opening = _Opened | SourceOutcome | ArchiverError


def _read_ahead(
    taking: Taking,
    pool: Readers,
    files: Sequence[tuple[Path, str]],
    order: Sequence[int],
    options: ReadingOptions,
    asking: _Asking,
) -> Iterator[tuple[int, _Opening]]:
    """Every file opened, in order; while one is recorded the next pictures are being read."""
    waiting: deque[tuple[int, _Opening]] = deque()
    try:
        for at in order:
            path, name = files[at]
            waiting.append((at, _open(taking, pool, path, name, options, asking)))
            # Here a text is read as it is recorded; elsewhere, texts too are read while another is recorded.
            far = looks_like_picture(path) or not isinstance(pool, ThreadPoolExecutor)
            ahead = 2 * options.workers if far else 0
            while len(waiting) > ahead:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        for _, opening in waiting:
            if isinstance(opening, _Opened):
                taking.store.originals.drop(opening.incoming.path)


def _open(taking: Taking, pool: Readers, path: Path, name: str, options: ReadingOptions, asking: _Asking) -> _Opening:
    """One file: its bytes into the archive's care, told what it is, dated, and on its way to being read."""
    label = plain_name(name)
    incoming = None
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise Refused("unreadable", f"{label}: this is a link or no file. Hand over the file itself.")
        chat = options.chat or chat_name([name])
        if again := taking.held_file(path, chat):
            held, sha256 = again
            taking.note_held(held, label, sha256, options)
            return _held(label, held, sha256, path.stat().st_size, options)
        incoming = taking.store.originals.receive(path, label)
        modified = path.stat().st_mtime
        source = open_source(
            incoming.path, name, sha256=incoming.sha256, size=incoming.size, is_chat=is_chat,
            zone=options.timezone, modified=modified,
        )  # fmt: skip
        if any(bundle.picture and not _is_dated(bundle, options) for bundle in source.bundles):
            options = replace(options, captured=asking.once(label, "screenshot"))
        return _Opened(incoming, source, chat, options, modified, pool.submit(read_source, source, options))
    except ArchiverError as error:
        if incoming is not None:
            taking.store.originals.drop(incoming.path)
        return error


def _is_dated(bundle: Bundle, options: ReadingOptions) -> bool:
    """Whether the capture date is known better than by the file system's clock, which copying changes."""
    return options.captured is not None or any(dated.basis != "filed" for dated in bundle.dates)


class _Asking:
    """A person who is asked for capture dates: a date is never given silently.

    Raises ``NeedsPerson`` where nobody is there to answer.
    """

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.said: dict[str, Dated | None] = {}

    def each(self, label: str, what: str) -> Dated:
        """The date of one source."""
        return self._answer(label, what, self.ask(label))

    def once(self, label: str, what: str) -> Dated:
        """The date of a run: the first answer holds for all of it."""
        if what not in self.said:
            self.said[what] = self.ask(label)
        return self._answer(label, what, self.said[what])

    @staticmethod
    def _answer(label: str, what: str, said: Dated | None) -> Dated:
        if said is None:
            raise NeedsPerson(f"{label}: nothing says when this {what} was taken. Say it with --captured YYYY-MM-DD.")
        return said


def _settled(taking: Taking, opening: _Opening, label: str, asking: _Asking, tell: Tell) -> SourceOutcome:
    """What became of a source: recorded in one transaction, or refused with nothing left behind."""
    if isinstance(opening, SourceOutcome):
        return opening
    if isinstance(opening, ArchiverError):
        return _refused(label, opening)
    store, source, options = taking.store, opening.source, opening.options
    try:
        readings = opening.readings.result()
        if any(reading.captured is None for reading in readings):
            options = replace(options, captured=asking.each(label, "paste"))
            readings = read_source(source, options)
        fail_point("source-read")
        with store.transaction():  # the same bytes may have come twice, or by another program meanwhile
            held = taking.held_as(source.sha256, opening.chat)
            if held is None:
                read = list(zip(source.bundles, readings, strict=True))
                source_id = taking.begin(source, options, opening.modified)
                taken = record(taking, source_id, source, read, options, tell)
                taking.end(source_id, source, taken_counts(taken))
                fail_point("source-recorded")
                store.originals.take(opening.incoming)
        if held is not None:
            taking.note_held(held, label, source.sha256, options)
            return _held(label, held, source.sha256, source.size, options)
        fail_point("source-committed")
        store.originals.drop(opening.incoming.path)
        return SourceOutcome(label, "taken", source.sha256, source.size, tuple(taken))
    except ArchiverError as error:
        return _refused(label, error)
    finally:
        with suppress(ArchiverError):  # what cannot be let go now is swept away later
            store.let_go(opening.incoming.path)


def _fault(label: str, error: Exception) -> SourceOutcome:
    """A fault of the program: its kind and place are told, but not its words, which may hold a message's."""
    if isinstance(error, sqlite3.OperationalError) or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        sentence = f"{label}: it could not be written into the archive ({error}). Nothing of it was taken."
        return SourceOutcome(label, "refused", error="failed", detail=sentence, exit_code=FAILED)
    place = "".join(traceback.format_tb(error.__traceback__))
    sentence = (
        f"{label}: a fault of the program ({type(error).__name__}); nothing of this file was taken. Please report it."
    )
    return SourceOutcome(label, "refused", error="fault", detail=sentence, exit_code=FAILED, fault=place)


def _held(label: str, held: Held, sha256: str, size: int, options: ReadingOptions) -> SourceOutcome:
    """What is said of bytes that are held: it is kept with the accession, and changes what was read at a rebuild."""
    words = ", ".join(f"--{name.replace('_', '-')}" for name in said(options))
    detail = f"{words} is kept with this accession; what was read changes with: archive rebuild" if words else None
    return SourceOutcome(label, "held", sha256, size, held_since=held.since, detail=detail)


def _refused(label: str, error: ArchiverError) -> SourceOutcome:
    word = "needs-person" if isinstance(error, NeedsPerson) else error.word if isinstance(error, Refused) else "failed"
    return SourceOutcome(label, "refused", error=word, detail=str(error), exit_code=error.exit_code)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Millions of short-lived rows and no cycles: the collector would only look at them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
