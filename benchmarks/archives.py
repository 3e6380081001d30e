"""One query over many archives: 100 of 20,000 messages each, words that one, some and all of them hold.

    python benchmarks/archives.py --folder /tmp/archives [--archives 100] [--messages 20000] [--samples 60]

Makes the archives first (copies of five that are ingested, each with a word of its own put in), then asks, in process
and as a command. JSON out, times in milliseconds, with the load of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path

from archiver.finding.archives import asking, manifest
from archiver.finding.searching.understanding import understand

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "il", "on", "ut")]


def word(number: int) -> str:
    chosen = random.Random(number)
    return "".join(chosen.choices(SYLLABLES, k=chosen.randint(1, 4)))


def export(path: Path, seed: int, messages: int) -> None:
    """A chat of invented words, as frequent as words are."""
    chosen = random.Random(seed)
    vocabulary = [word(number) for number in range(20_000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    said = chosen.choices(vocabulary, weights, k=messages * 9)
    with path.open("w") as file:
        for at in range(messages):
            minute, hour, day = at % 60, at // 60 % 24, at // 1440 % 28 + 1
            who = ("Alex Black (MOJ)", "Priya Shah (HMT)", "Dan Whitlock (DfE)")[at % 3]
            file.write(
                f"{day:02}/03/{2020 + seed % 6}, {hour:02}:{minute:02} - {who}: {' '.join(said[at * 9 : at * 9 + 9])}\n"
            )


def make(folder: Path, archives: int, messages: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(archives):
        place = folder / f"a{number:03}"
        if place.exists():
            continue
        if number < 5:
            chat = folder / f"WhatsApp Chat with Team {number}.txt"
            export(chat, number, messages)
            command = [
                sys.executable,
                "-m",
                "archiver",
                "ingest",
                "-q",
                "--captured",
                "2026-11-20",
                chat,
                "--archive",
                place,
            ]
            subprocess.run(list(map(str, command)), check=False)
            chat.unlink()
        else:
            shutil.copytree(folder / f"a{number % 5:03}", place, ignore=shutil.ignore_patterns("originals"))
        with sqlite3.connect(place / "archive.db", isolation_level=None) as connection:
            chosen = connection.execute(
                "SELECT message_id FROM sighting_data LIMIT 1 OFFSET ?", (number * 7,)
            ).fetchone()
            connection.execute(
                "INSERT INTO readings (message_id, text, basis) VALUES (?, ?, 'edited')", (*chosen, f"zyx{number:03}")
            )
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def timed(ask: object, queries: list[str]) -> dict[str, object]:
    times, busy = [], []
    for query in queries:
        before, cpu = time.perf_counter(), time.process_time()
        opened = ask(query)  # type: ignore[operator]
        times.append((time.perf_counter() - before) * 1000)
        busy.append((time.process_time() - cpu) * 1000)
    times.sort()
    busy.sort()
    return {
        "samples": len(times),
        "p50": round(statistics.median(times), 1),
        "p95": round(times[int(len(times) * 0.95)], 1),
        "own CPU p50": round(statistics.median(busy), 1),
        "own CPU p95": round(busy[int(len(busy) * 0.95)], 1),
        "opened": opened if isinstance(opened, int) else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--archives", type=int, default=100)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--samples", type=int, default=60)
    given = parser.parse_args()
    make(given.folder, given.archives, given.messages)
    os.environ["XDG_CACHE_HOME"] = str(given.folder / "cache")
    found = asking.archives_in([given.folder])

    def in_process(query: str) -> int:
        return asking.search(found, understand(query)).opened

    def command(query: str) -> None:
        arguments = ["search", "--archives", str(given.folder), "--json", query]
        subprocess.run([sys.executable, "-m", "archiver", *arguments], check=True, capture_output=True)

    before = time.perf_counter()
    in_process("zyx000")
    rare = [f"zyx{random.Random(n).randrange(5, given.archives):03}" for n in range(given.samples)]
    told = {
        "archives": len(found),
        "messages_each": given.messages,
        "load": os.getloadavg(),
        "first_query_making_the_manifests_s": round(time.perf_counter() - before, 1),
        "manifest_bytes": sum(path.stat().st_size for path in manifest.kept_in().iterdir()) // len(found),
        "rare word, in process": timed(in_process, rare),
        "rare word, as a command": timed(command, rare[:20]),
        "python and imports alone": timed(
            lambda _: subprocess.run([sys.executable, "-m", "archiver", "search", "--help"], capture_output=True),
            rare[:10],
        ),
        "word that none holds, in process": timed(in_process, ["xylograph"] * 20),
        "common word, in process": timed(in_process, [word(n) for n in range(10)]),
    }
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
