"""Ingest the views of a made corpus in one or more orders and score the record against the truth.

    python benchmarks/dedup/run.py --views torture --messages 6000 --seed 1 [--orders 10] [--floor] [--errors 5]

The figures come from the archive by SQL alone: view, line, message. The time of matching is what the run costs above
ingesting the same views each into an archive of its own, and, nearer, what is spent in ``Session.match`` and on knots.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import generate
import score

from archiver.cli import main as archive
from archiver.matching.session import Session
from archiver.model import Sighting
from archiver.untying import Untying

QUERY = """
SELECT s.name, d.line, d.message_id FROM sighting_data d
JOIN source_members m ON m.id = d.member_id JOIN sources s ON s.id = m.source_id
"""
STATE = """
SELECT g.id, g.sent_at, p.name, g.kind, g.text, g.edited, g.deleted_seen FROM messages g
LEFT JOIN people p ON p.id = g.sender_id
"""
_CHAT = "Winter Planning"


def ingest(folder: Path, views: list[str], archive_at: Path) -> dict[str, float]:
    """Each view in its turn; what it cost."""
    spent = {"match_s": 0.0, "untie_s": 0.0, "blocks": 0.0}
    match, untie = Session.match, Untying.untie

    def timed(self: Session, sightings: list[Sighting]) -> object:
        began = time.process_time()
        found = match(self, sightings)
        spent["match_s"] += time.process_time() - began
        spent["blocks"] += len(sightings)
        return found

    def timed_untying(self: Untying, minutes: set[int]) -> None:
        began = time.process_time()
        untie(self, minutes)
        spent["match_s"] += time.process_time() - began
        spent["untie_s"] += time.process_time() - began

    Session.match = timed  # type: ignore[assignment,method-assign]
    Untying.untie = timed_untying  # type: ignore[method-assign,assignment]
    began = time.process_time()
    try:
        for view in views:
            captured = ["--captured", _captured(folder, view)]
            run_quietly(
                ["ingest", str(folder / view), "--archive", str(archive_at), "--chat", _CHAT, *captured, "--quiet"]
            )
    finally:
        Session.match, Untying.untie = match, untie  # type: ignore[method-assign]
    return {**spent, "cpu_s": time.process_time() - began}


def _captured(folder: Path, view: str) -> str:
    """The later a view ends, the later it was taken: as it would be in life, and whatever the order of ingest."""
    manifest = json.loads((folder / "corpus.json").read_text("utf-8"))
    end = next(v["end"] for v in manifest["views"] if v["name"] + ".txt" == view)
    return f"2026-01-{1 + round(27 * end / manifest['messages']):02d}"


def run_quietly(arguments: list[str]) -> None:
    import contextlib
    import io

    held = io.StringIO()
    try:
        with contextlib.redirect_stdout(held), contextlib.redirect_stderr(held):
            sys.argv = ["archive", *arguments]
            archive()
    except SystemExit as end:
        if end.code not in (0, 3, None):
            raise SystemExit(held.getvalue() or str(end.code)) from end


def state_of(connection: sqlite3.Connection) -> tuple[str, int, int]:
    """What the record says, without ids: the same for the same messages in whatever order they came."""
    seen: dict[int, list[tuple[str, int]]] = {}
    for view, line, message in connection.execute(QUERY):
        seen.setdefault(message, []).append((view, line))
    rows = sorted(repr((row[1:], sorted(seen[row[0]]))) for row in connection.execute(STATE))
    return (
        hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16],
        len(rows),
        connection.execute("SELECT count(*) FROM people").fetchone()[0],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=Path, help="a corpus made before; else one is made")
    parser.add_argument("--views", default="torture")
    parser.add_argument("--kind", default="group")
    parser.add_argument("--messages", type=int, default=6000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--orders", type=int, default=1, help="the given order, then random ones")
    parser.add_argument("--order", help="this order of views, by comma")
    parser.add_argument("--floor", action="store_true", help="also the 150-line reference on the same data")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="keep the archive here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.dir or Path(scratch) / "corpus"
        if options.dir is None:
            generate.generate(options.messages, options.seed, options.views, str(folder), options.kind)
        manifest = json.loads((folder / "corpus.json").read_text("utf-8"))
        views = [view["name"] + ".txt" for view in manifest["views"]]
        chance = random.Random(f"order {options.seed}")
        truth = score.load_truth([str(folder)], set())
        for number in range(options.orders):
            order = [f"{v}.txt" for v in options.order.split(",")] if options.order else list(views)
            if number:
                chance.shuffle(order)
            at = options.keep or Path(scratch) / f"archive{number}"
            cost = ingest(folder, order, at)
            connection = sqlite3.connect(at / "archive.db")
            report(connection, truth, cost, order, options.errors, by_class=number == 0)
        if options.floor:
            floor = Path(__file__).with_name("floor.py")
            subprocess.run([sys.executable, str(floor), "--dir", str(folder), "--score"], check=True)


def report(
    connection: sqlite3.Connection,
    truth: list[object],
    cost: dict[str, float],
    order: list[str],
    errors: int,
    by_class: bool,
) -> None:
    rows = ((view, line, str(message)) for view, line, message in connection.execute(QUERY))
    found = score.score(truth, rows, by_class=True, errors=errors)
    state, _, people = state_of(connection)
    keys = (
        "precision",
        "recall",
        "predicted",
        "blocks",
        "true_messages",
        "archive_messages",
        "false_merge_within_view",
        "lost_messages",
    )
    print(",".join(view[:-4] for view in order), json.dumps({key: found[key] for key in keys}))
    blocks = max(1.0, cost["blocks"])
    print(
        f"  state {state} people {people}; match {cost['match_s'] / blocks * 1e6:.2f} µs a block matched"
        f" (of it {cost['untie_s'] / blocks * 1e6:.2f} for knots),"
        f" ingest {cost['cpu_s'] / found['blocks'] * 1e6:.2f} µs a block;"
        f" peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB",
        flush=True,
    )
    if by_class:
        for name, row in found["by_class"].items():
            print(
                f"  {name:10} {row['messages']:7} recall {row['recall']:.6f}  wrong pairs {row['wrong_pairs_touching']}"
            )
    for error in found.get("errors", ()):
        print("  ", error)


if __name__ == "__main__":
    main()
