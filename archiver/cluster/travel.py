"""What travels: an order (one bundle's bytes, with what was said of it) and its answer (a reading), both plain bytes.

Nothing but JSON and bytes goes either way, so what a worker answers can be read and cannot run. A text's sightings
travel by the column, in the pieces in which they were read, compressed: a million messages wait here in some
twenty megabytes until the writer walks through them.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from archiver.columns import Columns, Rows, columns_of
from archiver.errors import ArchiverError, MissingTool, Refused
from archiver.model import Batch, Bundle, Dated, Finding, Member, Reading, ReadingOptions
from archiver.record import recognitions

Answer = list[bytes]
"""JSON of the reading's head (or of the refusal), then one compressed piece a batch of a text."""
FAST = 1
"""Compression that costs less than it saves."""


def order_of(bundle: Bundle, options: ReadingOptions) -> tuple[bytes, bytes]:
    """What a worker needs to read a bundle: JSON, and the bytes of its text or picture (a text's compressed).

    Raises ``Refused`` where the bytes cannot be read.
    """
    try:
        with bundle.main.open() as stream:
            content = stream.read()
    except OSError as error:
        raise Refused("unreadable", f"{bundle.main.name}: the file cannot be read ({error.strerror}).") from error
    head = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "name": bundle.main.name,
        "media_type": bundle.main.media_type,
        "attachments": [member.name for member in bundle.attachments],
        "names": bundle.names,
        "dates": [_written(dated) for dated in bundle.dates],
        "picture": bundle.picture,
        "options": {**asdict(options), "captured": options.captured and _written(options.captured)},
    }
    return _json(head), content if bundle.picture else zlib.compress(content, FAST)


def opened(head: bytes, content: bytes) -> tuple[Bundle, ReadingOptions]:
    """An order as a bundle and options again. Raises ``ArchiverError`` where the bytes are not those of the digest."""
    told = json.loads(head)
    content = content if told["picture"] else zlib.decompress(content)
    if hashlib.sha256(content).hexdigest() != told["sha256"]:
        raise ArchiverError(f"{told['name']}: other bytes than were sent came to the worker.")
    bundle = Bundle(
        main=Member(told["name"], told["media_type"], len(content), partial(io.BytesIO, content)),
        attachments=tuple(Member(name, "", 0, _left_at_home) for name in told["attachments"]),
        names=tuple(told["names"]),
        dates=tuple(_dated(written) for written in told["dates"]),
        picture=told["picture"],
    )
    said = told["options"]
    return bundle, ReadingOptions(**{**said, "captured": said["captured"] and _dated(said["captured"])})


def _left_at_home() -> BinaryIO:
    raise ArchiverError("Files beside a chat are not sent to workers.")


def answer_of(about: str, bundle: Bundle, reading: Reading) -> Answer:
    """A reading as it travels back, walked through; ``about``: what read it, as ``there.about`` says."""
    if bundle.picture:
        return [_json({"about": about, "picture": recognitions.as_text(reading)})]
    head = {
        "chat": reading.chat,
        "route": reading.route,
        "captured": reading.captured and _written(reading.captured),
        "member": reading.member,
        "dialect": reading.dialect,
        "date_order": reading.date_order,
        "date_order_proof": reading.date_order_proof,
        "group": reading.group,
        "clock": reading.clock,
    }
    return [_json({"about": about, "text": head}), *(_packed(batch) for batch in reading.batches())]


def refusal_of(about: str, error: ArchiverError) -> Answer:
    """Why a worker did not read it, as it travels back."""
    word = error.word if isinstance(error, Refused) else "missing" if isinstance(error, MissingTool) else None
    return [_json({"about": about, "refused": [type(error).__name__, word, str(error)]})]


def reading_of(answer: Answer, about: str, bundle: Bundle) -> Reading:
    """The reading of a bundle as it would have been made here.

    Raises what the reader raised there; ``ArchiverError`` where another reader answered than ``about`` says.
    """
    told = json.loads(answer[0])
    if told["about"] != about:
        raise ArchiverError(
            f"{bundle.main.name}: a worker joined that reads with other programs than the rest ({told['about']})."
            " Install the same there, and take this file in again."
        )
    if refused := told.get("refused"):
        raise _refused(*refused)
    if "picture" in told:
        return recognitions.from_text(told["picture"])
    head = told["text"]
    return Reading(
        **{**head, "captured": head["captured"] and _dated(head["captured"])},
        batches=partial(_unpacked, answer[1:]),
        attachments=bundle.attachments,
    )


def _refused(kind: str, word: str | None, sentence: str) -> ArchiverError:
    if kind == "Refused" and word:
        return Refused(word, sentence)
    return MissingTool(f"On a worker: {sentence}") if kind == "MissingTool" else ArchiverError(sentence)


def _packed(batch: Batch) -> bytes:
    """A piece of a text; a column that says the same in every row is sent as one value."""
    columns = [_column(column) for column in columns_of(batch.sightings)]
    return zlib.compress(_json([len(batch.sightings), columns, [list(one) for one in batch.findings]]), FAST)


def _column(column: Sequence[Any]) -> Any:
    first = column[0] if column else None
    same = not isinstance(first, tuple) and column.count(first) == len(column)
    return {"all": first} if same else column


def _unpacked(pieces: Sequence[bytes]) -> Iterator[Batch]:
    for piece in pieces:
        size, columns, findings = json.loads(zlib.decompress(piece))
        whole = Columns._make([one["all"]] * size if isinstance(one, dict) else one for one in columns)
        yield Batch(Rows(whole), [Finding._make(one) for one in findings])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _written(dated: Dated) -> list[object]:
    return [dated.when.isoformat(), *dated[1:]]


def _dated(written: Sequence[Any]) -> Dated:
    return Dated(datetime.fromisoformat(written[0]), *written[1:])
