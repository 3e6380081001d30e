"""Fits the weights of ``archiver/reading/screen/confidence.py`` on folders of pictures with their truth.

    python benchmarks/screens/calibrate.py FOLDER... [--check FOLDER...]

Prints the weights, the area under the curve (each fifth of the pictures judged by a fit on the others), and how often
each band of confidence is right. A weight is never below 0: a doubt makes nothing surer.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from score import score_one

sys.path.insert(0, str(Path(__file__).parents[2]))

from archiver.model import Bundle, Dated, Member, ReadingOptions
from archiver.reading.routes import screenshot
from archiver.reading.screen import confidence
from archiver.reading.screen.confidence import Doubts

RIDGE = 0.6


def examples(path: Path) -> list[tuple[Doubts, bool]]:
    """The doubts of each sighting of one picture, and whether it was right."""
    truth = json.loads(path.read_text(encoding="utf-8"))
    picture = path.parent / truth["image"]
    member = Member(picture.name, "image/png", picture.stat().st_size, lambda: picture.open("rb"))
    day = Dated(datetime.fromisoformat(truth["captured_on"]), "noted", "a benchmark", False)
    seen: list[Doubts] = []

    def number(doubts: Doubts) -> float:
        seen.append(doubts)
        return float(len(seen) - 1)

    real, confidence.probability = confidence.probability, number
    try:
        reading = screenshot.read(
            Bundle(member, (), (), (), True), ReadingOptions(captured=day, custodian=truth["owner"])
        )
        (batch,) = reading.batches()
    finally:
        confidence.probability = real
    messages = [s._asdict() | {"quoted": s.quoted._asdict() if s.quoted else None} for s in batch.sightings]
    _, judged = score_one(truth, {"chat": reading.chat, "messages": messages})
    return [(seen[int(index)], good) for index, good in judged]


def fit(doubts: Any, right: Any) -> Any:
    """Weights, the first that of being sure; by gradient, kept at 0 or above."""
    table = np.hstack([np.ones((len(doubts), 1)), -doubts])
    weights = np.zeros(table.shape[1])
    weights[0] = 3.0
    for _ in range(6000):
        guess = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (right - guess) - RIDGE * np.r_[0, weights[1:]]
        weights = np.maximum(weights + 4.0 / len(doubts) * slope, 0)
    return weights


def guesses(weights: Any, doubts: Any) -> Any:
    """The confidence of each."""
    return 1 / (1 + np.exp(-(weights[0] - doubts @ weights[1:])))


def area(guess: Any, right: Any) -> float:
    """Area under the curve."""
    good, bad = guess[right], guess[~right]
    return float(((good[:, None] > bad) + 0.5 * (good[:, None] == bad)).mean())


def gather(folders: list[Path]) -> tuple[Any, Any, Any]:
    """Doubts, whether right, and the number of the picture."""
    paths = [path for folder in folders for path in sorted(folder.glob("*.json")) if "thread" not in path.name]
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(examples, paths))
    rows = [(*doubts, right, index) for index, each in enumerate(found) for doubts, right in each]
    table = np.array(rows, np.float64)
    return table[:, :-2], table[:, -2] > 0.5, table[:, -1].astype(int)


def tell(guess: Any, right: Any) -> None:
    """How often each band is right."""
    for low, high in ((0, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.98), (0.98, 1.01)):
        band = (guess >= low) & (guess < high)
        if band.any():
            print(f"  {low:.2f} to {high:.2f}: {band.sum():4} messages, right {right[band].mean():.3f}")


def main() -> None:
    """Fit, and say how good it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--check", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    doubts, right, picture = gather(given.folders)
    weights = fit(doubts, right)
    print(f"{len(right)} messages, {int((~right).sum())} wrong; SURE {weights[0]:.2f}")
    for name, weight, share in zip(Doubts._fields, weights[1:], (doubts > 0).mean(axis=0), strict=True):
        print(f"  {name:14} {weight:5.2f}   in {share:.3f} of all")
    held = np.zeros(len(right))
    for part in range(5):
        inside = picture % 5 == part
        held[inside] = guesses(fit(doubts[~inside], right[~inside]), doubts[inside])
    print(f"area under the curve {area(guesses(weights, doubts), right):.3f}, held out {area(held, right):.3f}")
    tell(held, right)
    if given.check:
        doubts, right, _ = gather(given.check)
        guess = np.array([confidence.probability(Doubts(*row)) for row in doubts])
        print(f"check: {len(right)} messages, {int((~right).sum())} wrong, area {area(guess, right):.3f}")
        tell(guess, right)


if __name__ == "__main__":
    main()
