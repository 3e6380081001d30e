"""What Datasette's own pages call the tables, and how they label, sort and count them."""

from __future__ import annotations

from typing import Any

from datasette.utils import tilde_encode

TITLE = "The record"

HIDDEN = ("sighting_data", "_sqlite_migrations", "match_rules")

FIRST = ("record", "sightings", "messages", "chats", "people", "captures", "sources", "findings")

_WHEN_CAPTURED = "When the person took it, on their clock"

TABLES: dict[str, dict[str, Any]] = {
    "record": {
        "title": "The record",
        "description": "One row a message, ready to read. A reference opens the message with its evidence.",
        "columns": {
            "reference": "The short name to cite; never reused",
            "sent": "The phone's clock; perhaps only a day, or only T and a time",
            "routes": "How it was captured",
            "sightings": "In how many places it was seen",
            "captured": "The last capture that shows it",
        },
    },
    "sightings": {
        "title": "Sightings",
        "description": "Every place where a message was seen, with the reason why it is that message.",
        "columns": {
            "line": "First physical line in its file; empty on a screen",
            "box": "x, y, width, height in pixels; empty in a text",
            "confidence": "0.0 to 1.0; empty where nothing was guessed",
            "rule": "Why it is this message",
        },
    },
    "messages": {
        "title": "Messages",
        "description": "What the archive concludes from the sightings. To search the words, use the box at the top.",
        "label_column": "reference",
        "sort_desc": "id",
        "columns": {
            "sent_at": "The phone's clock, as shown",
            "sent_earliest": "The earliest that it can have been sent",
            "sent_latest": "The latest that it can have been sent",
            "precision": "How exactly the time is known",
            "deleted_seen": "1 where a capture shows it deleted",
        },
    },
    "chats": {
        "title": "Chats",
        "description": "Conversations, however they were called.",
        "label_column": "name",
        "sort": "name",
        "columns": {"code": "The first part of its references", "last_number": "The last reference given out"},
    },
    "chat_names": {"title": "Names of chats", "description": "What each capture calls a chat.", "label_column": "name"},
    "people": {
        "title": "People",
        "description": "Someone known under one or more names.",
        "label_column": "name",
        "sort": "name",
        "columns": {"organisation": "From First Last (Organisation)"},
    },
    "aliases": {
        "title": "Aliases",
        "description": "In this capture, this name means this person, because.",
        "label_column": "name",
        "facets": ["kind", "rule"],
    },
    "memberships": {
        "title": "Memberships",
        "description": "Who wrote in which chat, from when to when.",
        "label_column": "name",
    },
    "captures": {
        "title": "Captures",
        "description": "One taking of one chat by one route at one time.",
        "label_column": "route",
        "sort_desc": "id",
        "facets": ["route", "captured_basis"],
        "columns": {
            "captured": _WHEN_CAPTURED,
            "captured_basis": "How that is known",
            "custodian": "Whose phone or account",
        },
    },
    "coverage": {"title": "Coverage", "description": "The span of a chat that each capture shows."},
    "sources": {
        "title": "Sources",
        "description": "Files as handed over, named by their SHA-256.",
        "label_column": "name",
        "sort_desc": "id",
        "facets": ["media_type"],
    },
    "source_members": {
        "title": "Files inside sources",
        "description": "The file itself, or those inside its zip or email.",
        "label_column": "name",
        "facets": ["role"],
    },
    "accessions": {
        "title": "Accessions",
        "description": "Each act of taking sources into custody.",
        "label_column": "ingested_at",
        "sort_desc": "id",
    },
    "accession_sources": {
        "title": "Sources of accessions",
        "description": "Each time a source was handed over.",
        "facets": ["outcome"],
    },
    "attachments": {"title": "Attachments", "description": "Files that messages carry.", "label_column": "name"},
    "readings": {
        "title": "Readings",
        "description": "Other words of a message: another sighting, an earlier edit, a correction.",
    },
    "findings": {"title": "Findings", "description": "Something odd, to be settled by a person.", "facets": ["word"]},
    "decisions": {
        "title": "Decisions",
        "description": "What a named person settled.",
        "label_column": "kind",
        "sort_desc": "id",
    },
    "matches": {"title": "Matches", "description": "Which message each sighting is, by which rule."},
    "log": {"title": "Log", "description": "Every act on the record, each linked to all before it.", "sort_desc": "id"},
    "checkpoints": {
        "title": "Checkpoints",
        "description": "Heads of the log, as printed on receipts.",
        "sort_desc": "size",
    },
}


def add_to(datasette: Any, database: str) -> None:
    """Give a Datasette our metadata for a database; what the person has said themself stands."""
    about = {"title": TITLE, "description_html": _start_here(database), "tables": _tables()}
    ours = {"title": TITLE, "databases": {database: about}}
    datasette._metadata_local = _under(ours, datasette._metadata_local)


def _start_here(database: str) -> str:
    """What to open first: Datasette lists the tables by their names only."""
    items = (
        f'<li><a href="{tilde_encode(database)}/{name}">{TABLES[name]["title"]}</a>: {TABLES[name]["description"]}</li>'
        for name in FIRST
    )
    return f"<p>For what the pages do not answer. Start with:</p><ul>{''.join(items)}</ul>"


def _tables() -> dict[str, Any]:
    return {**TABLES, **{name: {"hidden": True} for name in HIDDEN}}


def _under(ours: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """The one with the other laid over it."""
    both = dict(ours)
    for name, value in said.items():
        held = both.get(name)
        both[name] = _under(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return both
