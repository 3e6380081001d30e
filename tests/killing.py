"""Kill the program at a moment and look at what is left: the harness of ``test_crash.py`` and of ``just torture``.

python -m tests.killing 200     kills an ingest at 200 random instants and at every named fail point
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archiver.record import failpoint, log
from archiver.record.verifying import verify
from archiver.record.verifying.subject import Subject, opened
from archiver.settings import read_settings
from tests.making import ROOT, Line, android, archive, iphone, receipt, zipped

ALEX, PRIYA = "Alex Black (MOJ)", "Priya Shah (HMT)"
HELD = (
    "chats", "captures", "sources", "source_members", "chat_names", "people", "aliases", "memberships", "messages",
    "sighting_data", "readings", "attachments", "coverage", "findings",
)  # fmt: skip
"""The tables that say what is held."""
ONES_OWN = {"accession_id", "accession_source_id", "ingested_at"}
"""Their columns that differ from one time to the next."""


def chat(first_day: int, messages: int, about: str = "this chat") -> list[Line]:
    """A chat with a message a minute."""
    return [
        (
            f"{first_day + at // 1440:02d}/03/2026, {at // 60 % 24:02d}:{at % 60:02d}",
            (ALEX, PRIYA)[at // 7 % 2],
            f"Message number {at} of {about}",
        )
        for at in range(messages)
    ]


def sources(folder: Path, messages: int) -> list[Path]:
    """Four captures: one to begin with, another chat, the first chat gone on, and a zip of it from another phone."""
    folder.mkdir(parents=True, exist_ok=True)
    first = chat(13, messages)
    exports = {
        "WhatsApp Chat with A.txt": android(first),
        "WhatsApp Chat with B.txt": android(chat(20, messages)),
        "later/WhatsApp Chat with A.txt": android([*first, *chat(18, messages // 3)]),
    }
    made = []
    for name, content in exports.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        made.append(folder / name)
    inside = {"_chat.txt": iphone(first[: messages // 2]), "00000001-PHOTO.jpg": b"\xff\xd8\xff\xe0 a picture"}
    return [*made, zipped(folder / "WhatsApp Chat - A.zip", inside)]


def contents(record: Path) -> str:
    """A digest of all that the record holds; equal where the record is."""
    digest = hashlib.sha256()
    with sqlite3.connect(f"file:{record / 'archive.db'}?mode=ro", uri=True) as connection:
        for table in HELD:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] not in ONES_OWN]
            for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2"):
                digest.update(repr((table, row)).encode())
    return digest.hexdigest()


def faults(record: Path) -> list[str]:
    """What is wrong with an archive that may have been killed: of its database, search, log and originals."""
    connection = sqlite3.connect(record / "archive.db", isolation_level=None)
    run = connection.execute
    found = [f"integrity: {one}" for (one,) in run("PRAGMA integrity_check") if one != "ok"]
    found += [f"foreign key: {row}" for row in run("PRAGMA foreign_key_check")]
    for table in ("messages_fts", "readings_fts"):
        try:
            run(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            found.append(f"{table}: {error}")
    entries = [entry for (entry,) in run("SELECT entry FROM log ORDER BY id")]
    leaves = [log.leaf(entry) for entry in entries]
    for size, root in run("SELECT size, root FROM checkpoints"):
        if log.root(leaves[:size]) != root:
            found.append(f"log: the root of {size} entries")
    if run("SELECT count(*) FROM checkpoints").fetchone() != (len(entries),):
        found.append("log: entries without checkpoint")
    taken = sum(json.loads(entry)["detail"].get("outcome") == "taken" for entry in entries)
    if run("SELECT count(*) FROM accession_sources WHERE outcome = 'taken'").fetchone() != (taken,):
        found.append("log: sources without entry")
    for (sha256,) in run("SELECT sha256 FROM sources"):
        place = record / "originals" / sha256[:2] / sha256[2:]
        if not place.is_file() or hashlib.sha256(place.read_bytes()).hexdigest() != sha256:
            found.append(f"original: {sha256}")
    connection.close()
    with opened(record) as reading:
        report = verify(Subject(record, reading, read_settings(record).identity), "standard")
    return found + [f"verify: {fault.check}: {fault.detail}" for fault in report.faults]


def strays(record: Path) -> list[str]:
    """Files that belong to nothing."""
    with sqlite3.connect(f"file:{record / 'archive.db'}?mode=ro", uri=True) as connection:
        held = {f"originals/{one[:2]}/{one[2:]}" for (one,) in connection.execute("SELECT sha256 FROM sources")}
    held |= {"archive.db", "archive.toml", "archive.db-wal", "archive.db-shm"}
    found = {str(path.relative_to(record)) for path in record.rglob("*") if not path.is_dir()}
    return sorted(found - held)


def fail_points(*rooms: str) -> list[str]:
    """The names of all moments in some files or folders of the package, as the code says them."""
    found = []
    for room in rooms:
        place = ROOT / "archiver" / room
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "fail_point":
                    (name,) = node.args
                    assert isinstance(name, ast.Constant)
                    found.append(str(name.value))
    assert len(found) == len(set(found)), "two moments have one name"
    return found


@dataclass(frozen=True)
class Killed:
    """What a killed program left."""

    code: int
    """-9, or what it ended with where the moment never came."""
    printed: str


def run_until(arguments: Sequence[str | Path], *, seconds: float | None = None, moment: str = "") -> Killed:
    """Run the command and kill -9 it after so long, or when a moment comes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "archiver", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "ARCHIVE_FAIL_AT": moment},
    )  # fmt: skip
    if seconds is not None:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    printed, said = process.communicate(timeout=120)
    assert "Traceback" not in said, said
    return Killed(process.returncode, printed)


def run_forked(arguments: Sequence[str | Path], *, seconds: float | None = None, moment: str = "") -> Killed:
    """The same from a process that has loaded the program already: all of the time is the command's own."""
    from archiver.cli import app, main  # noqa: F401 - loaded here, once, and not in each child

    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.dup2(printed.fileno(), 1)
            os.dup2(said.fileno(), 2)
            failpoint._NAME, _, failpoint._TIME = moment.partition(":")
            sys.argv = ["archive", *map(str, arguments)]
            try:
                main()
            except SystemExit as ended:
                sys.stdout.flush()
                os._exit(ended.code if isinstance(ended.code, int) else 0)
            except BaseException:  # noqa: BLE001 - the child must end here, whatever happens in it
                traceback.print_exc()
            os._exit(70)
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        printed.seek(0)
        said.seek(0)
        told = said.read().decode()
        assert "Traceback" not in told, told
        return Killed(os.waitstatus_to_exitcode(status), printed.read().decode())


class Killing:
    """A command on an archive, and the states that it may be left in, the first as before and the last as after."""

    run_until: Callable[..., Killed] = staticmethod(run_until)

    def __init__(self, folder: Path, before: Path, command: Sequence[str | Path], printed_last: str) -> None:
        self.folder, self.before, self.command, self.printed_last = folder, before, command, printed_last
        self.states = [contents(before)]
        self.took = 0.0

    def run(self, record: Path) -> None:
        """Do it whole, and note how long it takes and what it comes to."""
        began = time.monotonic()
        assert self.run_until([*self.command, "--archive", record]).code in (0, 3)
        self.took = time.monotonic() - began
        self.states.append(contents(record))
        assert not faults(record)

    def copy(self, name: str) -> Path:
        return Path(shutil.copytree(self.before, self.folder / name, symlinks=True))

    def check(self, name: str, *, seconds: float | None = None, moment: str = "") -> tuple[list[str], int]:
        """What is wrong after the command was killed, and how many steps it had come."""
        record = self.copy(name)
        left = self.run_until([*self.command, "--archive", record], seconds=seconds, moment=moment)
        found = faults(record)
        state = contents(record)
        if moment and left.code != -signal.SIGKILL:
            found.append(f"the moment {moment} never came")
        if state not in self.states:
            found.append("neither as before nor as after")
        if self.printed_last in left.printed and state != self.states[-1]:
            found.append("a receipt was printed for what is lost")
        again = self.run_until([*self.command, "--archive", record])
        if again.code not in (0, 3) or contents(record) != self.states[-1]:
            found.append(f"the same again does not complete: {again.printed}")
        found += faults(record) + [f"stray: {one}" for one in strays(record)]
        shutil.rmtree(record)
        return found, self.states.index(state) if state in self.states else -1


class Ingest(Killing):
    """One ingest of three sources into an archive that holds a fourth."""

    def __init__(self, folder: Path, messages: int) -> None:
        first, *self.more = sources(folder / "from", messages)
        receipt(first, archive=folder / "before")
        super().__init__(folder, folder / "before", ["ingest", *self.more], "Checkpoint")
        for taken in range(1, len(self.more) + 1):
            self.command = ["ingest", *self.more[:taken]]
            self.run(self.copy(f"after-{taken}"))


class Rebuild(Killing):
    """A rebuild that makes one chat of two, as a person said."""

    def __init__(self, folder: Path, messages: int) -> None:
        before = folder / "before"
        receipt(*sources(folder / "from", messages), archive=before)
        done = archive("chats", "same", "A", "B", "--why", "one team", "--later", archive=before)
        assert done.returncode == 0, done.stderr
        super().__init__(folder, before, ["rebuild"], "Checkpoint")
        self.run(self.copy("after"))
        assert self.states[0] != self.states[1]


def torture(times: int) -> Iterator[tuple[str, list[str], int]]:
    """Kill an ingest and a rebuild at every named moment and at random instants, so many and a quarter of it.

    What was killed and when, what is wrong, and how many steps it had come.
    """
    Killing.run_until = staticmethod(run_forked)
    for kind, moments, instants in ((Ingest, INGESTING, times), (Rebuild, REBUILDING, times // 4)):
        with tempfile.TemporaryDirectory(prefix="archiver-killing-") as folder:
            killing: Killing = kind(Path(folder), 2_500)
            word = killing.command[0]
            for moment in moments:
                yield (f"{word} at {moment}", *killing.check(moment, moment=moment))
            for time_ in range(instants):
                seconds = random.uniform(0, killing.took * 1.1)
                yield (f"{word} after {seconds:.3f} s", *killing.check(f"random-{time_}", seconds=seconds))


MAKING = ("folder-made", "settings-written", "database-built", "database-linked")
"""Moments of the making of an archive."""
INGESTING = tuple(
    name
    for name in fail_points("pipeline.py", "recording.py", "record/originals.py", "record/taking.py")
    if name != "held-noted"
)


REBUILDING = tuple(fail_points("rebuilding.py"))


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    wrong, came = 0, Counter[tuple[str, int]]()
    began = time.monotonic()
    for done, (what, found, steps) in enumerate(torture(times), 1):
        came[what.partition(" ")[0], steps] += 1
        wrong += bool(found)
        if found:
            print(f"{what}: {'; '.join(found)}", flush=True)
        elif done % 20 == 0:
            print(f"{done} killed, {wrong} wrong", flush=True)
    for (word, steps), number in sorted(came.items()):
        print(f"{word}: {number} times killed with {steps} steps done (0: as before)")
    print(f"Killed {came.total()} times in {time.monotonic() - began:.0f} s. Wrong: {wrong}.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
