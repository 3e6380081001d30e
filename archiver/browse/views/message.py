"""One message with all its evidence."""

from __future__ import annotations

import sqlite3
from typing import Any

from archiver.browse import places
from archiver.browse.visit import Visit
from archiver.finding import custody, decided
from archiver.finding.message import message as evidence_of
from archiver.finding.message import message_named


async def message(visit: Visit) -> Any:
    """The message, each of its sightings as it stands in its original, and how to cite it."""

    def ask(connection: sqlite3.Connection) -> dict[str, Any]:
        found = evidence_of(connection, visit.parts["reference"])
        found["decisions"] = decided.about_message(connection, message_named(connection, found["reference"]))
        held = custody.places(connection, found["reference"])
        for sighting in found["sightings"]:
            sighting |= held[sighting["id"]]
        files = custody.attached(connection, found["reference"])
        for file in found["attachments"]:
            file["member_id"] = files.get(file["name"])
        return found

    shown = await visit.archive.read(ask)
    for sighting in shown["sightings"]:
        sighting["place"] = await visit.archive.beside(places.look, visit.archive.folder, sighting)
    code = shown["reference"].rpartition("/")[0]
    return await visit.page("message", shown["reference"], message=shown, code=code, pictures=places.SHOWN)
