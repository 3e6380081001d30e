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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archiver.record import log
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
    return found


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


class Ingest:
    """One ingest of three sources into an archive that holds a fourth, and the states that it may be left in."""

    def __init__(self, folder: Path, messages: int) -> None:
        self.folder = folder
        self.first, *self.more = sources(folder / "from", messages)
        self.before = folder / "before"
        receipt(self.first, archive=self.before)
        self.states = [contents(self.before)]
        for taken in range(1, len(self.more) + 1):
            after = self._copy(f"after-{taken}")
            began = time.monotonic()
            receipt(*self.more[:taken], archive=after)
            self.took = time.monotonic() - began
            self.states.append(contents(after))
            assert not faults(after)

    def _copy(self, name: str) -> Path:
        return Path(shutil.copytree(self.before, self.folder / name, symlinks=True))

    def check(self, name: str, *, seconds: float | None = None, moment: str = "") -> tuple[list[str], int]:
        """What is wrong after an ingest that was killed, and how many of its sources it had taken."""
        record = self._copy(name)
        left = run_until(["ingest", "--archive", record, *self.more], seconds=seconds, moment=moment)
        found = faults(record)
        state = contents(record)
        if moment and left.code != -signal.SIGKILL:
            found.append(f"the moment {moment} never came")
        if state not in self.states:
            found.append("neither as before nor as after a whole source")
        if "Checkpoint" in left.printed and state != self.states[-1]:
            found.append("a receipt was printed for what is lost")
        again = archive("ingest", *self.more, archive=record)
        if again.returncode not in (0, 3) or contents(record) != self.states[-1]:
            found.append(f"the same ingest again does not complete: {again.stderr}")
        found += faults(record) + [f"stray: {one}" for one in strays(record)]
        shutil.rmtree(record)
        return found, self.states.index(state) if state in self.states else -1


def torture(times: int) -> Iterator[tuple[str, list[str], int]]:
    """Kill an ingest at every named moment, then at so many random instants; what, what is wrong, sources taken."""
    with tempfile.TemporaryDirectory(prefix="archiver-killing-") as folder:
        ingest = Ingest(Path(folder), 6_000)
        for moment in INGESTING:
            yield (moment, *ingest.check(moment, moment=moment))
        for time_ in range(times):
            seconds = random.uniform(0, ingest.took * 1.1)
            yield (f"after {seconds:.3f} s", *ingest.check(f"random-{time_}", seconds=seconds))


MAKING = ("folder-made", "settings-written", "database-built", "database-linked")
"""Moments of the making of an archive."""
INGESTING = tuple(
    name
    for name in fail_points("pipeline.py", "recording.py", "record/originals.py", "record/taking.py")
    if name != "held-noted"
)


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    wrong, left = 0, [0, 0, 0, 0]
    began = time.monotonic()
    for done, (what, found, taken) in enumerate(torture(times), 1):
        left[taken] += 1
        wrong += bool(found)
        if found:
            print(f"{what}: {'; '.join(found)}", flush=True)
        elif done % 20 == 0:
            print(f"{done} killed, {wrong} wrong", flush=True)
    print(
        f"Killed {sum(left)} times in {time.monotonic() - began:.0f} s: with none, one, two, all three sources taken"
        f" {left} times. Wrong: {wrong}."
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
