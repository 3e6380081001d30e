#!/usr/bin/env python3
"""The first page of a search beside plain SQL that asks the same: milliseconds, and how they compare.

    python benchmarks/search/run.py ARCHIVE [--samples 25]

For each kind of question terms are drawn from the archive's own index. *Plain* is one statement with a snippet, newest
first, as in the floor that the project measures itself by; *ours* is the whole: the text typed, understood, planned,
found, every message of the page read with its sender and its marked words. Both warm, in turn, in one process. *Count*
is how long it takes to say how many there are. Standard output is JSON; nothing is written.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from archiver.finding.searching import asking, pages
from archiver.finding.searching.planning import plan
from archiver.finding.searching.understanding import understand
from archiver.record.store import open_for_reading

PLAIN = (
    "SELECT m.id, m.sent_at, m.chat_id, snippet(messages_fts, 0, '[', ']', '…', 12) FROM messages_fts f"
    " JOIN messages m ON m.id = f.rowid WHERE messages_fts MATCH :match {more} ORDER BY f.rowid DESC LIMIT 20"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("archive", type=Path)
    options.add_argument("--samples", type=int, default=25)
    options.add_argument("--seed", type=int, default=1)
    said = options.parse_args()
    connection = open_for_reading(said.archive)
    (number,) = connection.execute("SELECT count(*) FROM messages").fetchone()
    kinds = questions(said.archive, random.Random(said.seed), said.samples)
    shown = {kind: compared(connection, asked) for kind, asked in kinds.items()}
    print(json.dumps({"messages": number, "samples": said.samples, "kinds": shown}, indent=1))


Asked = tuple[str, str, dict[str, object]]
"""As typed; what stands in plain SQL beside MATCH; its values."""


def questions(archive: Path, chance: random.Random, samples: int) -> dict[str, list[Asked]]:
    """Of each kind so many, drawn from the archive's words."""
    connection = sqlite3.connect(f"file:{archive / 'archive.db'}?mode=ro", uri=True)
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'messages_fts', 'row')")
    (total,) = connection.execute("SELECT count(*) FROM messages").fetchone()
    words = [row for row in connection.execute("SELECT term, doc FROM temp.words") if row[0].isalpha()]
    words = [(term, doc) for term, doc in words if len(term) > 2 and term not in ("near", "and", "not")]
    frequent = sorted(words, key=lambda row: -row[1])
    common = [term for term, doc in words if doc >= total * 0.02] or [term for term, _ in frequent[:20]]
    middling = [term for term, doc in words if total / 2000 <= doc <= total / 500]
    rare = [term for term, doc in words if 2 <= doc <= 10]
    first, last = connection.execute("SELECT min(id), max(id) FROM messages").fetchone()
    found: dict[str, list[Asked]] = {}
    for kind, terms in (("common", common), ("middling", middling), ("rare", rare)):
        found[kind] = [(term, "", {"match": f'"{term}"'}) for term in chance.choices(terms, k=samples)]
    found |= {"phrase": [], "near": [], "both": [], "prefix": [], "date": []}
    while len(found["phrase"]) < samples:
        row = connection.execute(
            "SELECT text, sent_at FROM messages WHERE id >= ? LIMIT 1", (chance.randint(first, last),)
        ).fetchone()
        held = re.findall(r"[A-Za-z]{2,}", row[0])
        if len(held) < 5 or not row[0].isascii():
            continue
        at = chance.randrange(len(held) - 3)
        phrase = " ".join(held[at : at + chance.choice((2, 3))])
        found["phrase"].append((f'"{phrase}"', "", {"match": f'"{phrase}"'}))
        one, other = held[at], held[at + 2]
        found["near"].append((f'"{one}" NEAR/5 "{other}"', "", {"match": f'NEAR("{one}" "{other}", 5)'}))
        found["both"].append((f'"{held[0]}" "{held[-1]}"', "", {"match": f'"{held[0]}" AND "{held[-1]}"'}))
        start = max(held, key=len)[: chance.choice((3, 4, 5))]
        found["prefix"].append((f"{start}*", "", {"match": f'"{start}"*'}))
        month = row[1][:7]
        days = {"match": f'"{common[0]}"', "first": f"{month}-01", "last": f"{month}-31T24"}
        found["date"].append((f"{common[0]} on:{month}", "AND m.sent_at BETWEEN :first AND :last", days))
    code = connection.execute("SELECT c.code, c.id FROM chats c ORDER BY c.id").fetchall()
    for kind, terms in (("chat, common", common), ("chat, middling", middling)):
        found[kind] = [
            (f"{term} chat:{chat[0]}", "AND m.chat_id = :chat", {"match": f'"{term}"', "chat": chat[1]})
            for term in chance.choices(terms, k=samples)
            for chat in [chance.choice(code)]
        ]
    connection.close()
    return found


def compared(connection: sqlite3.Connection, asked: list[Asked]) -> dict[str, float]:
    """The middle and the 95th of a hundred of both, in milliseconds."""
    plain, ours, counts = [], [], []
    for typed, more, values in asked:
        sql = PLAIN.format(more=more)

        def beside(sql: str = sql, values: dict[str, object] = values) -> object:
            return connection.execute(sql, values).fetchall()

        def page(typed: str = typed) -> object:
            return pages.page(connection, plan(connection, understand(typed)))

        def count(typed: str = typed) -> object:
            return asking.count(connection, plan(connection, understand(typed)))

        plain.append(warm(beside))
        ours.append(warm(page))
        counts.append(warm(count))
    return {
        "plain_p50": at(plain, 0.5), "plain_p95": at(plain, 0.95),
        "ours_p50": at(ours, 0.5), "ours_p95": at(ours, 0.95),
        "allowed_p95": round(2 * at(plain, 0.95) + 5, 2), "count_p50": at(counts, 0.5), "count_p95": at(counts, 0.95),
    }  # fmt: skip


def warm(run: Callable[[], object]) -> float:
    """The second time, in milliseconds."""
    run()
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1000


def at(times: list[float], share: float) -> float:
    return round(sorted(times)[min(len(times) - 1, int(len(times) * share))], 2)


if __name__ == "__main__":
    main()
