"""Options that several commands share, spelt and explained once."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from archiver.errors import UsageError
from archiver.model import Dated, DateOrder, ReadingOptions

Archive = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        metavar="DIR",
        help="The archive's folder (else ARCHIVE_DIR, the nearest archive.toml upward, ./record).",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only what went wrong.")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders; a folder is read whole.")]
Chat = Annotated[
    str | None, typer.Option("--chat", metavar="NAME", help="The chat's name; it goes before what the source says.")
]
InChat = Annotated[str | None, typer.Option("--chat", metavar="NAME", help="Only in this chat (its name or code).")]
Captured = Annotated[
    str | None,
    typer.Option(
        "--captured",
        metavar="DATE[TIME]",
        help="When it was copied or taken, as noted: 2026-11-16 or 2026-11-16T10:30.",
    ),
]
NotedBy = Annotated[str | None, typer.Option("--noted-by", metavar="NAME", help="Who noted that date.")]
Custodian = Annotated[
    str | None, typer.Option("--custodian", metavar="NAME", help="Whose phone or account it came from.")
]
Work = Annotated[str | None, typer.Option("--work", metavar="TEXT", help="The piece of work that it belongs to.")]
Timezone = Annotated[
    str | None,
    typer.Option(
        "--timezone", metavar="ZONE", help="The zone of the phone's clock (else the archive's, Europe/London)."
    ),
]
Order = Annotated[
    str | None, typer.Option("--date-order", metavar="dmy|mdy|ymd", help="Settles which number is the day.")
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, max=256, help="Screenshots read at once (else one a processor)."),
]
OcrLanguage = Annotated[
    str, typer.Option("--ocr-language", metavar="CODES", help="Tesseract's language data, for example eng+cym.")
]

_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d\d))?|(\d{1,2})/(\d{1,2})/(\d{4})(?:[T ](\d{1,2}):(\d\d))?"
)


def noted_date(text: str) -> Dated:
    """The date that a person noted; ``16/11/2026`` is day first.

    Raises ``UsageError`` where it is no date.
    """
    found = _DATE.fullmatch(text.strip())
    if found:
        year, month, day, hour, minute = (
            found.groups()[:5] if found[1] else (found[8], found[7], found[6], found[9], found[10])
        )
        try:
            when = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0))
            return Dated(when, "noted", "noted by a person", precise=hour is not None)
        except ValueError:
            pass
    raise UsageError(f"--captured {text}: this is not a date. Write it as 2026-11-16 or 2026-11-16T10:30.")


def reading_options(
    chat: str | None, captured: str | None, noted_by: str | None, custodian: str | None, work: str | None,
    timezone: str | None, date_order: str | None, workers: int | None, ocr_language: str,
) -> ReadingOptions:  # fmt: skip
    """The reading options as the person gave them.

    Raises ``UsageError`` where one cannot be.
    """
    import os
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    zone = timezone or "Europe/London"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(f"--timezone {zone}: there is no such time zone. Write it as Europe/London.") from error
    orders: dict[str, DateOrder] = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd"}
    if date_order is not None and date_order not in orders:
        raise UsageError(f"--date-order {date_order}: it is one of dmy, mdy, ymd.")
    return ReadingOptions(
        chat=chat, captured=noted_date(captured) if captured else None, noted_by=noted_by, custodian=custodian,
        work=work, timezone=zone, date_order=orders[date_order] if date_order else None,
        workers=workers or os.cpu_count() or 1, ocr_language=ocr_language,
    )  # fmt: skip
