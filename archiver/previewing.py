"""What would be taken, without an archive: the JSON of ``archive preview`` (``schemas/preview.schema.json``)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from archiver.errors import DONE, FAILED, REVIEW, ArchiverError, Refused
from archiver.model import Bundle, ReadingOptions, Sighting
from archiver.pipeline import files_of
from archiver.reading.detect import open_source, plain_name
from archiver.reading.dialects import is_chat
from archiver.reading.routes import read_bundle


def preview(paths: Sequence[Path], options: ReadingOptions) -> list[dict[str, Any]]:
    """One entry a file handed over, in order."""
    return [_source(path, name, options) for path, name in files_of(paths)]


def exit_code(sources: Sequence[dict[str, Any]]) -> int:
    """1 where a source was refused, 3 where something needs a person, else 0."""
    if any("error" in source for source in sources):
        return FAILED
    odd = any(source.get("warnings") or any(chat["warnings"] for chat in source["chats"]) for source in sources)
    return REVIEW if odd else DONE


def _source(path: Path, name: str, options: ReadingOptions) -> dict[str, Any]:
    try:
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
                size += len(block)
        source = open_source(path, name, sha256=digest.hexdigest(), size=size, is_chat=is_chat, zone=options.timezone)
        odd = {"warnings": list(dict.fromkeys(found.word for found in source.findings))} if source.findings else {}
        return {
            "source": name,
            "sha256": source.sha256,
            "media_type": source.media_type,
            "chats": [_chat(bundle, options) for bundle in source.bundles],
            **odd,
        }
    except OSError as error:
        return {
            "source": plain_name(name),
            "error": "unreadable",
            "detail": f"{plain_name(name)}: the file cannot be read ({error.strerror}).",
        }
    except ArchiverError as error:
        return {
            "source": plain_name(name),
            "error": error.word if isinstance(error, Refused) else "failed",
            "detail": str(error),
        }


def _chat(bundle: Bundle, options: ReadingOptions) -> dict[str, Any]:
    reading = read_bundle(bundle, options)
    messages, warnings = [], []
    for batch in reading.batches():
        messages += [_message(sighting, reading.member) for sighting in batch.sightings]
        warnings += [finding.word for finding in batch.findings]
    captured = reading.captured
    return {
        "chat": reading.chat,
        "route": reading.route,
        "captured": captured.when.strftime("%Y-%m-%d") if captured else None,
        "captured_basis": captured.basis if captured else None,
        "messages": messages,
        "warnings": list(dict.fromkeys(warnings)),
    }


def _message(sighting: Sighting, member: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "sent_at": sighting.sent_at,
        "sender": sighting.sender,
        "kind": sighting.kind,
        "text": sighting.text,
        "edited": sighting.edited,
        "attachment": sighting.attachment,
        "member": member,
        "line": sighting.line,
        "lines": sighting.lines,
    }
    if sighting.earliest:
        shown |= {"sent_earliest": sighting.earliest, "sent_latest": sighting.latest}
    if sighting.event:
        shown["event"] = sighting.event
    if sighting.box is not None:
        quoted = sighting.quoted
        shown |= {
            "confidence": sighting.confidence,
            "box": list(sighting.box),
            "partial": sighting.partial,
            "quoted": quoted._asdict() if quoted else None,
        }
    return shown
