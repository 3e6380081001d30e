"""Reads letters with Tesseract: the only module that knows the engine and its flags.

One process reads one page. Tesseract spends 0.18 CPU seconds on starting, so nothing is read bubble by bubble.
``OMP_THREAD_LIMIT=1`` makes it three times cheaper: its threads wait for each other by spinning.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from archiver.errors import MissingTool

PROGRAM: Final = "tesseract"
SECONDS: Final = 120


class Word(NamedTuple):
    """One word as the engine read it; pixels of the page that was read."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    """0 to 100, as the engine says."""
    line: tuple[int, int, int]
    """The engine's own block, paragraph and line."""


def read_page(page: NDArray[np.uint8], language: str = "eng") -> list[Word]:
    """Read one grey page, dark letters on white, as one block of lines; words in reading order.

    Raises ``MissingTool`` where Tesseract or its data for the language is absent.
    """
    command = [program(), "stdin", "stdout", "-l", language, "--psm", "6", "--dpi", "300", "tsv"]
    height, width = page.shape
    head = f"P5 {width} {height} 255\n".encode()
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(
        command, input=head + page.tobytes(), capture_output=True, env=environment, timeout=SECONDS, check=False
    )
    if done.returncode != 0:
        raise MissingTool(_complaint(done.stderr.decode("utf-8", "replace"), language))
    return parse(done.stdout.decode("utf-8", "replace"))


def parse(table: str) -> list[Word]:
    """The words of Tesseract's tab-separated table: level 5 rows that are not blank."""
    words = []
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, top, width, height = (int(cell) for cell in cells[6:10])
        line = (int(cells[2]), int(cells[3]), int(cells[4]))
        words.append(Word(cells[11].strip(), left, top, left + width, top + height, float(cells[10]), line))
    return words


@lru_cache
def program() -> str:
    """Where Tesseract is. Raises ``MissingTool`` where it is not."""
    found = shutil.which(PROGRAM)
    if not found:
        raise MissingTool(
            "Tesseract is not installed, and screenshots need it: install tesseract-ocr and tesseract-ocr-eng."
        )
    return found


@lru_cache
def engine(language: str = "eng") -> str:
    """Name and version of the engine and its data, for the provenance: ``tesseract 5.3.0 eng``."""
    done = subprocess.run([program(), "--version"], capture_output=True, timeout=SECONDS, check=False)
    first = (done.stdout or done.stderr).decode("utf-8", "replace").split("\n", 1)[0].strip()
    return f"{first} {language}"


def _complaint(errors: str, language: str) -> str:
    if "Failed loading language" in errors or "Error opening data file" in errors:
        return f"Tesseract has no data for the language {language!r}: install tesseract-ocr-{language}."
    return f"Tesseract failed: {errors.strip().splitlines()[-1] if errors.strip() else 'no reason given'}."
