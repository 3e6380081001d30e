"""Reads letters with Tesseract through pytesseract: the only module that knows the engine and its flags.

One process reads one page. Tesseract spends 0.18 CPU seconds on starting, so nothing is read bubble by bubble.
The page goes over as an uncompressed file in a folder that only this user can open, and the engine's answer comes
back there too: pytesseract's own short cuts compress a PNG, ask for the version once more, and leave the words for a
moment in a file of the common temporary folder that everyone may read.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pytesseract
from numpy.typing import NDArray
from pytesseract.pytesseract import run_tesseract

from archiver.errors import MissingTool, Refused

PROGRAM: Final = "tesseract"
FLAGS: Final = "--psm 6 --dpi 300 -c tessedit_create_tsv=1"
"""One block of lines, letters as on paper at 300 dpi, the words as a table."""
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

    Raises ``MissingTool`` where Tesseract or its data for the language is absent, ``Refused`` where it takes too long.
    """
    program()
    # The engine's threads wait for each other by spinning: with one it costs a third. pytesseract hands down
    # this process's environment and has no other way to say it.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    height, width = page.shape
    with tempfile.TemporaryDirectory(prefix="archive-") as folder:
        painted = Path(folder, "page.pgm")
        painted.write_bytes(f"P5 {width} {height} 255\n".encode() + page.tobytes())
        try:
            run_tesseract(str(painted), str(Path(folder, "words")), "tsv", language, FLAGS, timeout=SECONDS)
        except pytesseract.TesseractError as error:
            raise MissingTool(_complaint(str(error.message), language)) from None
        except RuntimeError:
            raise Refused(
                "engine-too-slow", f"Tesseract did not finish within {SECONDS} seconds on this picture."
            ) from None
        return parse(Path(folder, "words.tsv").read_text(encoding="utf-8", errors="replace"))


def parse(table: str) -> list[Word]:
    """The words of Tesseract's tab-separated table: level 5 rows that are not blank."""
    words = []
    for row in table.split("\n")[1:]:
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
    program()
    return f"tesseract {pytesseract.get_tesseract_version(cached=True)} {language}"


def _complaint(errors: str, language: str) -> str:
    if "Failed loading language" in errors or "Error opening data file" in errors:
        return f"Tesseract has no data for the language {language!r}: install tesseract-ocr-{language}."
    return f"Tesseract failed: {errors.strip() or 'no reason given'}."
