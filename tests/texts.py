"""Reading a text that a test writes, without a file."""

from __future__ import annotations

import io
from datetime import datetime
from typing import NamedTuple

from archiver.model import Bundle, Dated, DateOrder, Finding, Member, Reading, ReadingOptions, Sighting
from archiver.reading.routes import text as route

ANDROID, IPHONE, PASTE = "WhatsApp Chat with Courts.txt", "_chat.txt", "notes.txt"


class Read(NamedTuple):
    """A reading, walked through."""

    reading: Reading
    sightings: list[Sighting]
    findings: list[Finding]

    @property
    def words(self) -> set[str]:
        """The words of what was found odd, but for what every bare text lacks."""
        return {f.word for f in self.findings} - {"capture-date-needed", "unnamed-chat"}

    @property
    def said(self) -> list[tuple[str | None, str | None, str]]:
        """When, who and what."""
        return [(s.sent_at, s.sender, s.text) for s in self.sightings]

    @property
    def kinds(self) -> list[str]:
        return [s.kind for s in self.sightings]


def member(content: str | bytes, name: str = ANDROID) -> Member:
    raw = content.encode() if isinstance(content, str) else content
    return Member(name, "text/plain", len(raw), lambda: io.BytesIO(raw))


def read(
    content: str | bytes,
    name: str = ANDROID,
    *,
    files: tuple[str, ...] = (),
    captured: str | None = None,
    order: DateOrder | None = None,
) -> Read:
    """Read a text as if it had been handed over under a name, with files beside it."""
    attachments = tuple(member(b"", file) for file in files)
    noted = Dated(datetime.fromisoformat(captured), "noted", "said in the test") if captured else None
    reading = route.read(
        Bundle(member(content, name), attachments, (name,), ()), ReadingOptions(captured=noted, date_order=order)
    )
    batches = list(reading.batches())
    return Read(
        reading,
        [s for batch in batches for s in batch.sightings],
        [f for batch in batches for f in batch.findings],
    )
