"""Screenshots read by a cluster on this machine, and how fast the one writer is where reading costs nothing.

    python benchmarks/cluster.py --folder /tmp/c [--pictures 16] [--workers 0 1 2 4] [--writer 500 1000 2000]

``--workers``: of each number a fresh scheduler and workers, and an ingest of the same pictures into a fresh archive
(0: without a cluster, one thread). ``--writer``: ingests of so many pictures whose readings are made up here: what is
left is what one machine must do for each picture, whoever read it. JSON out, with the load of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psutil

from archiver import pipeline, settings
from archiver.cluster import travel
from archiver.model import Batch, Dated, Reading, ReadingOptions, Source
from archiver.reading.detect import open_source
from archiver.reading.dialects import is_chat
from archiver.reading.routes import read_bundle
from archiver.record import store

SCREENS = Path(__file__).parent.parent / "fixtures" / "screens"


def pictures(folder: Path, number: int) -> Path:
    """So many screenshots, no two of the same bytes: after the end of a PNG anything may stand."""
    folder.mkdir(parents=True)
    models = sorted(SCREENS.glob("dev*.png"))
    for at in range(number):
        (folder / f"screen{at:05}.png").write_bytes(models[at % len(models)].read_bytes() + f"{at}".encode())
    return folder


def ingest(handed: Path, record: Path, *more: str) -> dict[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "archiver",
        "ingest",
        "-q",
        "--captured",
        "2026-03-12",
        handed,
        "--archive",
        record,
    ]
    subprocess.run([*map(str, command), *more], check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": round(wall, 1), "cpu_s": round(cpu, 1)}


def with_workers(handed: Path, folder: Path, number: int) -> dict[str, float]:
    quiet = ["--dashboard-address", "127.0.0.1:0", "--no-dashboard"]
    where = folder / f"scheduler{number}.json"
    log = (folder / f"cluster{number}.log").open("w")

    def start(*arguments: str) -> psutil.Popen:
        return psutil.Popen([sys.executable, "-m", "dask", *arguments, *quiet], cwd=folder, stdout=log, stderr=log)

    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(where))
    while not where.exists():
        time.sleep(0.1)
    address = json.loads(where.read_text())["address"]
    workers = [
        start("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--name", str(at))
        for at in range(number)
    ]
    text = folder / f"cluster{number}.log"
    while text.read_text().count("Registered to") < number:
        time.sleep(0.1)
    before = [spent(worker) for worker in workers]
    told = ingest(handed, folder / f"far{number}", "--cluster", address)
    told["here_cpu_s"] = told.pop("cpu_s")
    told["workers_cpu_s"] = round(sum(map(spent, workers)) - sum(before), 1)
    told["scheduler_cpu_s"] = round(spent(scheduler), 1)
    for process in (*workers, scheduler):
        process.kill()
        process.wait()
    return told


def spent(process: psutil.Popen) -> float:
    """Processor seconds of a process and of those it waited for."""
    used = process.cpu_times()
    return float(used.user + used.system + used.children_user + used.children_system)


class MadeUp:
    """Readers that cost nothing: each picture's messages are those of one real reading, at another time."""

    def __init__(self, model: Reading) -> None:
        self.model = model
        self.batches = list(model.batches())
        self.number = 0

    def submit(self, read: object, source: Source, options: ReadingOptions) -> pipeline.Awaited:
        self.number += 1
        day = f"20{10 + self.number // 336 % 15:02}-{1 + self.number // 28 % 12:02}-{1 + self.number % 28:02}"
        made = [
            Batch(
                [s._replace(sent_at=f"{day}T{(s.sent_at or 'T10:00')[-5:]}") for s in batch.sightings], batch.findings
            )
            for batch in self.batches
        ]
        answer = replace(self.model, batches=lambda: iter(made), member=source.bundles[0].main.name)
        return _There([travel.reading_of(travel.answer_of("me", source.bundles[0], answer), "me", source.bundles[0])])


class _There:
    def __init__(self, readings: list[Reading]) -> None:
        self.result: Callable[[], list[Reading]] = lambda: readings


def writer(folder: Path, number: int) -> dict[str, float]:
    """What this machine does for each picture, reading apart."""
    handed, record = pictures(folder / f"writer{number}", number), folder / f"written{number}"
    options = ReadingOptions(captured=Dated(datetime(2026, 3, 12), "noted", "said", False))
    path = handed / "screen00000.png"
    bundle = open_source(path, sha256="", size=path.stat().st_size, is_chat=is_chat).bundles[0]
    model = read_bundle(bundle, options)
    store.create(record, "Europe/London")
    wall, cpu = time.perf_counter(), time.process_time()
    with closing(store.open_for_writing(record, settings.read_settings(record).identity)) as opened:
        files = pipeline.files_of([handed], record)
        taken = pipeline.ingest(opened, files, options, None, lambda _: None, lambda *_: None, MadeUp(model))
    assert all(source.outcome == "taken" for source in taken.sources), taken.sources[0]
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    size = (record / "archive.db").stat().st_size
    shutil.rmtree(handed)
    return {
        "wall_ms_each": round(wall / number * 1000, 1),
        "cpu_ms_each": round(cpu / number * 1000, 1),
        "database_bytes_each": size // number,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def travelling() -> dict[str, int]:
    """Bytes out and back for the screenshots of the fixtures, on average."""
    out = back = 0
    models = sorted(SCREENS.glob("dev*.png"))[:4]
    for path in models:
        bundle = open_source(path, sha256="", size=path.stat().st_size, is_chat=is_chat).bundles[0]
        out += sum(map(len, travel.order_of(bundle, ReadingOptions())))
        back += sum(map(len, travel.answer_of("", bundle, read_bundle(bundle, ReadingOptions()))))
    return {"out": out // len(models), "back": back // len(models)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=16)
    parser.add_argument("--workers", type=int, nargs="*", default=[0, 1, 2, 4])
    parser.add_argument("--writer", type=int, nargs="*", default=[500, 1000, 2000])
    given = parser.parse_args()
    told: dict[str, object] = {"pictures": given.pictures, "processors": os.cpu_count(), "bytes each": travelling()}
    handed = pictures(given.folder / "handed over", given.pictures)
    for number in given.workers:
        done = (
            with_workers(handed, given.folder, number)
            if number
            else ingest(handed, given.folder / "here", "--workers", "1")
        )
        told[f"{number} workers"] = {**done, "load": round(os.getloadavg()[0], 1)}
        print(json.dumps(told[f"{number} workers"]), file=sys.stderr)
    for number in given.writer:
        told[f"writer, {number} pictures"] = {**writer(given.folder, number), "load": round(os.getloadavg()[0], 1)}
        print(json.dumps(told[f"writer, {number} pictures"]), file=sys.stderr)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
