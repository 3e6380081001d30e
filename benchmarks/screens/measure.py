"""Reads folders of pictures with their truth, and scores what was read.

    python benchmarks/screens/measure.py FOLDER... [--keep FOLDER] [--by made_as skin] [--errors 5] [--workers 2]

``--keep`` writes what was read of each picture as NAME.json, in the form that ``score.py`` takes.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from score import score_one, summary

sys.path.insert(0, str(Path(__file__).parents[2]))

from archiver.errors import ArchiverError
from archiver.model import Bundle, Dated, Member, ReadingOptions
from archiver.reading.routes import screenshot


def read(path: Path) -> dict[str, Any]:
    """What is read of the picture that a truth file tells of, in the form that ``score.py`` takes."""
    truth = json.loads(path.read_text(encoding="utf-8"))
    picture = path.parent / truth["image"]
    member = Member(picture.name, "image/png", picture.stat().st_size, lambda: picture.open("rb"))
    day = Dated(datetime.fromisoformat(truth["captured_on"]), "noted", "a benchmark", False)
    try:
        reading = screenshot.read(
            Bundle(member, (), (), (), True), ReadingOptions(captured=day, custodian=truth["owner"])
        )
        (batch,) = reading.batches()
    except ArchiverError as error:
        return {"chat": None, "messages": [], "refused": str(error)}
    messages = [s._asdict() | {"quoted": s.quoted._asdict() if s.quoted else None} for s in batch.sightings]
    findings = [finding._asdict() for finding in batch.findings]
    return {
        "chat": reading.chat,
        "group": reading.group,
        "clock": reading.clock,
        "messages": messages,
        "findings": findings,
    }


def truths(folders: list[Path]) -> list[Path]:
    """The truth files of single screens."""
    return [path for folder in folders for path in sorted(folder.glob("*.json")) if "thread" not in path.name]


def main() -> None:
    """Read, score, print; the last line is one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--by", nargs="*", default=[])
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    given = parser.parse_args()
    paths = truths(given.folders)
    with ProcessPoolExecutor(given.workers) as pool:
        results = list(pool.map(read, paths))
    total: collections.Counter[str] = collections.Counter()
    groups: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    confidences: list[Any] = []
    for path, result in zip(paths, results, strict=True):
        if given.keep:
            given.keep.mkdir(parents=True, exist_ok=True)
            (given.keep / path.name).write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
        truth = json.loads(path.read_text(encoding="utf-8"))
        log: list[Any] = []
        counts, judged = score_one(truth, result, log)
        total += counts
        confidences += judged
        for key in given.by:
            groups[f"{key}={truth.get(key)}"] += counts
        for line in log[: given.errors]:
            print(f"{path.stem} {truth['skin']} {truth['made_as']}", *line, sep=" | ")
    for name in sorted(groups):
        part = summary(groups[name])
        keys = ("messages", "f1", "sender_acc", "time_acc", "date_acc", "cer")
        print(f"{name:28}", *(f"{key} {part[key]}" for key in keys))
    print(json.dumps(summary(total, confidences)))


if __name__ == "__main__":
    main()
