"""Every folder in fixtures/text, read the way a file handed over is read, gives what its expected.json says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archiver.errors import Refused
from archiver.model import Bundle, Reading, ReadingOptions
from archiver.reading.detect import open_source
from archiver.reading.dialects import is_chat
from archiver.reading.routes import read_bundle

CASES = sorted(path.parent for path in Path(__file__).parent.parent.glob("fixtures/text/*/expected.json"))
FIELDS = ("sent_at", "sender", "kind", "text", "edited", "attachment")
PROMISED = {
    "ambiguous-date-order",
    "out-of-order",
    "empty-message",
    "missing-attachment",
    "unattributed-text",
    "missing-sender",
    "truncated-message",
    "header-like-text",
    "encoding-guessed",
    "oversized-message",
}


def handed_over(case: Path) -> Path:
    """The one file of a case that is neither its expectation nor its reason."""
    [path] = [path for path in case.iterdir() if path.name not in ("expected.json", "case.toml")]
    return path


def bundles_of(path: Path) -> tuple[Bundle, ...]:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return open_source(path, sha256=digest, size=len(content), is_chat=is_chat).bundles


def told(reading: Reading) -> dict[str, Any]:
    """A reading in the form of expected.json."""
    batches = list(reading.batches())
    messages = [{name: getattr(s, name) for name in FIELDS} for batch in batches for s in batch.sightings]
    words = {finding.word for batch in batches for finding in batch.findings}
    return {
        "chat": reading.chat,
        "route": reading.route,
        "messages": messages,
        "warnings": sorted(words & PROMISED),
    }


def read_case(case: Path) -> list[dict[str, Any]] | dict[str, str]:
    try:
        bundles = bundles_of(handed_over(case))
        return [told(read_bundle(bundle, ReadingOptions())) for bundle in bundles]
    except Refused as refused:
        return {"error": refused.word}


def expectation(case: Path) -> list[dict[str, Any]] | dict[str, str]:
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    if "error" in expected:
        return {"error": expected["error"]}
    chats = expected.get("chats", [expected])
    wanted = ("chat", "route", "messages", "warnings")
    return [{key: sorted(chat[key]) if key == "warnings" else chat[key] for key in wanted} for chat in chats]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_case_is_read_as_expected(case: Path) -> None:
    """Chat, route, the six fields of each message and the promised warnings, or the class of the refusal."""
    assert read_case(case) == expectation(case)


def readable() -> Iterator[Path]:
    for case in CASES:
        if "error" not in json.loads((case / "expected.json").read_text("utf-8")):
            yield case


@pytest.mark.parametrize("case", list(readable()), ids=lambda case: case.name)
def test_every_line_belongs_to_one_sighting_or_finding(case: Path) -> None:
    """Nothing lost: the lines that sightings and findings cover add up to the bytes of the text, without a gap."""
    for bundle in bundles_of(handed_over(case)):
        with bundle.main.open() as stream:
            content = stream.read()
        covered: set[int] = set()
        for batch in read_bundle(bundle, ReadingOptions()).batches():
            spans = [(s.line, s.lines) for s in batch.sightings]
            spans += [(f.line, f.lines) for f in batch.findings if f.word == "blank-lines"]
            for line, lines in spans:
                assert line is not None
                assert lines is not None
                here = set(range(line, line + lines))
                assert not covered & here
                covered |= here
        encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
        text = content.decode(encoding)
        assert covered == set(range(1, text.count("\n") + (not text.endswith("\n")) + 1))
