"""The search certificate: how one looked, in what, and what was found, so that another can look again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import Any

from archiver.finding.searching.asking import chosen
from archiver.finding.searching.plans import Plan
from archiver.finding.searching.scope import scope

SCHEMA = "archiver/search-certificate/1"
LISTED = 100
"""References that a certificate lists; of more it bears only the digest of all."""


def certificate(
    connection: sqlite3.Connection, plan: Plan, chat_id: int | None, case: str | None, asked: dict[str, str]
) -> dict[str, Any]:
    """All of it but its own entry in the log. ``asked``: archive, tool, at, by.

    ``references_sha256`` is the digest of all references found, sorted, each followed by a line break: the same search
    of the same record gives the same.
    """
    found = chosen(plan)
    references = sorted(
        reference
        for (reference,) in connection.execute(
            f"SELECT m.reference FROM ({found.sql}) b CROSS JOIN messages m ON m.id = b.id", found.values
        )
    )
    head = connection.execute("SELECT text FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    code = connection.execute("SELECT code FROM chats WHERE id = ?", (chat_id,)).fetchone()
    question = plan.question
    return {
        "schema": SCHEMA,
        **asked,
        "sqlite": sqlite3.sqlite_version,
        "case": case,
        "typed": question.typed,
        "chat": code[0] if code else None,
        "near": plan.near,
        "searched_for": question.said,
        "ignored": [{"text": one.text, "why": one.why} for one in question.ignored],
        "notes": [*question.notes, *plan.notes],
        "searched": scope(connection, chat_id),
        "found": len(references),
        "references": references if len(references) <= LISTED else None,
        "references_sha256": hashlib.sha256("".join(f"{one}\n" for one in references).encode()).hexdigest(),
        "record": head[0] if head else None,
    }


def digest(made: dict[str, Any]) -> str:
    """The SHA-256 of a certificate without its ``log``: of its JSON with sorted names, no spaces, in UTF-8."""
    bare = {name: value for name, value in made.items() if name != "log"}
    text = json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
