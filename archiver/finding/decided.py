"""What people decided about one person or one message, found by the places that a decision names."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from archiver.finding import overview
from archiver.record import places


def about_person(connection: sqlite3.Connection, person: int) -> list[dict[str, Any]]:
    """Decisions on a person, in their order, each with the ``names`` that it speaks of."""
    found = _about(connection, ("people-same", "people-not-same"), places.of_person(connection, person))
    for one in found:
        one["names"] = list(dict.fromkeys(label[2] for side in ("one", "other") for label in one["detail"][side]))
    return found


def about_message(connection: sqlite3.Connection, message: int) -> list[dict[str, Any]]:
    """Decisions on a message, in their order."""
    return _about(
        connection, ("messages-same", "messages-not-same", "corrected"), places.of_message(connection, message)
    )


def _about(
    connection: sqlite3.Connection, kinds: tuple[str, ...], held: Iterable[tuple[int | str, ...]]
) -> list[dict[str, Any]]:
    here = {tuple(place) for place in held}
    return [
        one
        for one in overview.decisions(connection)
        if one["kind"] in kinds
        and any(tuple(place) in here for side in ("one", "other", "message") for place in one["detail"].get(side, ()))
    ]
