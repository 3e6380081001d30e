"""What reading screens costs: CPU seconds against bare ``tesseract`` on the same pictures, and two workers against one.

    python benchmarks/screens/cost.py fixtures/screens

Bare means one process a picture with the engine's own layout (``--psm 3``) and ``OMP_THREAD_LIMIT=1``.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from archiver.model import Bundle, Member, ReadingOptions
from archiver.reading.routes import screenshot


def pictures(folder: Path) -> list[Path]:
    """All PNG and JPEG files."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".png", ".jpg"))


def bare(path: Path) -> None:
    """One plain call of the engine."""
    command = ["tesseract", str(path), "stdout", "--psm", "3", "tsv"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    subprocess.run(command, env=environment, capture_output=True, check=True)


def ours(path: Path) -> None:
    """The whole reading of one picture."""
    member = Member(path.name, "image/png", path.stat().st_size, lambda: path.open("rb"))
    reading = screenshot.read(Bundle(member, (), (), (), True), ReadingOptions())
    list(reading.batches())


def spent() -> float:
    """CPU seconds of this process and its children so far."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measure(work: Callable[[Path], None], paths: list[Path], workers: int = 1) -> tuple[float, float]:
    """CPU and wall seconds for all pictures."""
    cpu, wall = spent(), time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, paths))
    return spent() - cpu, time.perf_counter() - wall


def main() -> None:
    """Print a line a measure."""
    paths = pictures(Path(sys.argv[1]))
    ours(paths[0])
    plain, _ = measure(bare, paths)
    cpu, one = measure(ours, paths)
    _, two = measure(ours, paths, 2)
    count = len(paths)
    print(f"{count} pictures: bare {plain / count:.3f} CPU s, ours {cpu / count:.3f} CPU s, ratio {cpu / plain:.2f}")
    print(f"one worker {one / count:.3f} s, two workers {two / count:.3f} s a picture: {one / two:.2f} times as fast")


if __name__ == "__main__":
    main()
