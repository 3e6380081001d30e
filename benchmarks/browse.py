"""How long every page of ``archive browse`` takes, beside plain SQL for the same rows.

    python benchmarks/browse.py path/to/archive [--times 15] [--seed 1] [--json figures.json] [--most 150]

Each page is asked for in process, without a network, at as many different addresses as there are (other messages, days,
words), once to warm up and then ``--times`` times; the person has opened the first page before. Plain SQL asks SQLite
for the rows that the page shows, on a warm connection. Wall milliseconds are medians; on a busy machine the CPU
milliseconds, with those of all threads, are the figures to compare. Ends with 1 where a median is above ``--most``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))


from archiver.browse.addresses import ROOT
from archiver.browse.serve import datasette_for
from archiver.record.store import open_for_reading

WORDS = 8
_SHOWN = "SELECT * FROM record WHERE id IN (SELECT id FROM messages"


class Timed(NamedTuple):
    """A page: where it may be asked for, and the SQL and its values that give the same rows."""

    addresses: list[str]
    sql: str
    values: list[tuple[object, ...]]


def pages(connection: sqlite3.Connection, chance: random.Random) -> dict[str, Timed]:
    """Every page at several addresses, chosen by chance from what is held."""
    ids = [chance.choice(_some(connection)) for _ in range(WORDS)]
    references = [_one(connection, "SELECT reference FROM messages WHERE id = ?", number) for number in ids]
    days = [_one(connection, "SELECT substr(sent_at, 1, 10) FROM messages WHERE id = ?", number) for number in ids]
    words = _words(connection, ids)
    people = [number for (number,) in connection.execute("SELECT id FROM people ORDER BY id LIMIT 20")]
    findings = [number for (number,) in connection.execute("SELECT id FROM findings ORDER BY id LIMIT 8")]
    codes = [str(reference).partition("/")[0] for reference in references]
    tables = ("record", "messages", "sightings", "matches", "people", "chats", "findings", "captures", "log")
    database = quote("archive")
    return {
        "home": Timed(
            [ROOT],
            "SELECT chat_id, count(*), min(sent_at), max(sent_at) FROM messages GROUP BY chat_id",
            [()],
        ),
        "chat at a day": Timed(
            [f"{ROOT}/chat/{code}?date={day}" for code, day in zip(codes, days, strict=True)],
            f"{_SHOWN} WHERE id >= ? ORDER BY id LIMIT 100)",
            [(number,) for number in ids],
        ),
        "chat at a message": Timed(
            [f"{ROOT}/chat/{code}?at={quote(str(r))}" for code, r in zip(codes, references, strict=True)],
            f"{_SHOWN} WHERE id >= ? ORDER BY id LIMIT 100)",
            [(number,) for number in ids],
        ),
        "message": Timed(
            [f"{ROOT}/message/{reference}" for reference in references],
            "SELECT * FROM sightings WHERE message_id = (SELECT id FROM messages WHERE reference = ?)",
            [(reference,) for reference in references],
        ),
        "search, common words": Timed(
            [f"{ROOT}/search?{urlencode({'q': word})}" for word in words],
            "SELECT rowid, highlight(messages_fts, 0, '[', ']') FROM messages_fts WHERE messages_fts MATCH ?"
            " ORDER BY rowid DESC LIMIT 20",
            [(f'"{word}"',) for word in words],
        ),
        "search, two words": Timed(
            [f"{ROOT}/search?{urlencode({'q': f'{a} {b}'})}" for a, b in pairwise(words)],
            "SELECT rowid, highlight(messages_fts, 0, '[', ']') FROM messages_fts WHERE messages_fts MATCH ?"
            " ORDER BY rowid DESC LIMIT 20",
            [(f'"{a}" "{b}"',) for a, b in pairwise(words)],
        ),
        "people": Timed([f"{ROOT}/people"], "SELECT * FROM people JOIN memberships ON person_id = people.id", [()]),
        "person": Timed(
            [f"{ROOT}/people/{number}" for number in people],
            "SELECT * FROM aliases WHERE person_id = ?",
            [(number,) for number in people],
        ),
        "captures": Timed([f"{ROOT}/captures"], "SELECT * FROM captures ORDER BY id DESC LIMIT 25", [()]),
        "to settle": Timed([f"{ROOT}/findings"], "SELECT * FROM findings ORDER BY id LIMIT 50", [()]),
        "finding": Timed(
            [f"{ROOT}/findings/{number}" for number in findings],
            "SELECT * FROM findings WHERE id = ?",
            [(number,) for number in findings],
        ),
        "tables": Timed([f"/{database}"], "SELECT name FROM sqlite_master", [()]),
        **{f"table {name}": Timed([f"/{database}/{name}"], f"SELECT * FROM {name} LIMIT 50", [()]) for name in tables},
    }


def _some(connection: sqlite3.Connection) -> list[int]:
    """Ids of messages from all over the record."""
    least, most = connection.execute("SELECT min(id), max(id) FROM messages").fetchone()
    steps = (least + (most - least) * part // 200 for part in range(200))
    return [int(_one(connection, "SELECT id FROM messages WHERE id >= ? ORDER BY id LIMIT 1", at)) for at in steps]


def _words(connection: sqlite3.Connection, ids: list[int]) -> list[str]:
    """Words of messages: common ones among them, for they are what people write."""
    found: list[str] = []
    for number in (at + more for more in range(0, 80_000_000, 10_000_000) for at in ids):
        row = connection.execute(
            "SELECT text FROM messages WHERE id >= ? AND kind = 'text' ORDER BY id LIMIT 1", (number,)
        ).fetchone()
        longest = max((word for word in (row[0] if row else "").split() if word.isalpha()), key=len, default="")
        if longest and longest.lower() not in found:
            found.append(longest.lower())
    return found[:WORDS]


def _one(connection: sqlite3.Connection, sql: str, *values: object) -> Any:
    row = connection.execute(sql, values).fetchone()
    return row[0] if row else None


def timed(work: Callable[[Any], object], given: Sequence[Any], times: int) -> tuple[list[float], float]:
    """Wall milliseconds of each time, and CPU milliseconds a time; what is given takes turns."""
    for one in given:
        work(one)
    walls, cpu = [], time.process_time()
    for number in range(times):
        start = time.perf_counter()
        work(given[number % len(given)])
        walls.append((time.perf_counter() - start) * 1000)
    return walls, (time.process_time() - cpu) * 1000 / times


class Reader:
    """Whoever has the link, in process."""

    def __init__(self, folder: Path) -> None:
        self.datasette = datasette_for(folder)
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(self.datasette.invoke_startup())
        self.cookies = {"ds_actor": self.datasette.sign({"a": {"id": "root"}}, "actor")}
        self.size = 0

    def get(self, address: str) -> None:
        answer = self.loop.run_until_complete(self.datasette.client.get(address, cookies=self.cookies))
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        self.size = len(answer.content)

    def close(self) -> None:
        for database in self.datasette.databases.values():
            database.close()
        self.datasette.executor.shutdown()
        self.loop.close()


def measure_page(connection: sqlite3.Connection, reader: Reader, page: Timed, times: int) -> dict[str, Any]:
    """Figures of one page."""
    walls, cpu = timed(reader.get, page.addresses, times)
    plain, _ = timed(lambda values: connection.execute(page.sql, values).fetchall(), page.values, times)
    return {
        "addresses": len(page.addresses),
        "median_ms": round(statistics.median(walls), 1),
        "worst_ms": round(max(walls), 1),
        "cpu_ms": round(cpu, 1),
        "sql_ms": round(statistics.median(plain), 2),
        "bytes": reader.size,
    }


def measure(folder: Path, times: int, seed: int) -> dict[str, Any]:
    """Figures of every page."""
    reader = Reader(folder)
    reader.get(ROOT)
    with closing(open_for_reading(folder)) as connection:
        messages = _one(connection, "SELECT count(*) FROM messages")
        every = pages(connection, random.Random(seed))
        found = [{"page": name, **measure_page(connection, reader, page, times)} for name, page in every.items()]
    reader.close()
    return {
        "schema": "archiver/benchmark-browse/1",
        "messages": messages,
        "times": times,
        "machine": {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "cores": os.cpu_count(),
            "load": [round(number, 1) for number in os.getloadavg()],
        },
        "pages": found,
    }


def main() -> None:
    """Print a line a page, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=float, default=150.0, help="milliseconds that a median may take")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    figures = measure(given.archive, given.times, given.seed)
    print(f"{figures['messages']:,} messages; {figures['machine']}")
    print(f"{'page':<24}{'median':>9}{'worst':>9}{'CPU':>9}{'SQL':>9}  milliseconds")
    for page in figures["pages"]:
        numbers = (page[name] for name in ("median_ms", "worst_ms", "cpu_ms", "sql_ms"))
        print(f"{page['page']:<24}" + "".join(f"{number:9.1f}" for number in numbers))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n")
    slow = [page["page"] for page in figures["pages"] if page["median_ms"] > given.most]
    if slow:
        raise SystemExit(f"Above {given.most:g} ms: {', '.join(slow)}")


if __name__ == "__main__":
    main()
