"""The route of a screenshot: one picture of a chat, read into sightings."""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import Batch, Bundle, Reading, ReadingOptions
from archiver.reading.screen.part import Known
from archiver.reading.screen.picture import open_picture
from archiver.reading.screen.reader import read_screen
from archiver.reading.screen.recognise import engine


def read(bundle: Bundle, options: ReadingOptions) -> Reading:
    """Read one screenshot. Raises ``Refused`` where it is no picture of a chat, ``MissingTool`` without Tesseract."""
    captured = options.captured or (bundle.dates[0] if bundle.dates else None)
    known = Known(captured.when.date() if captured else None, options.custodian)
    picture = open_picture(bundle.main.name, bundle.main.open())
    told = read_screen(bundle.main.name, picture, known, options.ocr_language)

    def batches() -> Iterator[Batch]:
        yield told.batch

    return Reading(
        chat=options.chat or told.chat,
        route="screenshot",
        captured=captured,
        member=bundle.main.name,
        dialect=f"screen/{engine(options.ocr_language)}",
        date_order=None,
        date_order_proof="",
        batches=batches,
        group=told.group,
        clock=told.clock,
    )
