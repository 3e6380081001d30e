"""A question asked of the index, as the role that asks may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from archiver.finding.searching import marking, planning, wordings
from archiver.finding.searching.language import Question, Sign
from archiver.finding.searching.pages import Hit
from archiver.finding.searching.tokens import Scratch
from archiver.publishing.compiling import Compiler
from archiver.publishing.connecting import run

if TYPE_CHECKING:
    from archiver.publishing.connecting import Connection

_COLUMNS = (
    "id", "reference", "chat", "chat_code", "sent_at", "sent_earliest", "sent_latest", "precision", "sender",
    "organisation", "kind", "event",
)  # fmt: skip
_SHOWN = (
    "SELECT a.name, m.text, m.others, m.bases, m.edited, m.deleted_seen, m.id, m.reference, c.name, c.code, m.sent_at,"
    " m.sent_earliest, m.sent_latest, m.precision, p.name, p.organisation, m.kind, m.event FROM archiver.messages m"
    " JOIN archiver.archives a ON a.id = m.archive JOIN archiver.chats c ON c.archive = m.archive AND c.id = m.chat"
    " LEFT JOIN archiver.people p ON p.archive = m.archive AND p.id = m.sender"
)


@dataclass(frozen=True, slots=True)
class Published:
    """What the index answered."""

    hits: tuple[tuple[str, Hit], ...]
    """Each with the name of its archive."""
    total: int
    notes: tuple[str, ...]


def search(
    index: Connection, question: Question, order: Literal["newest", "oldest"] = "newest", limit: int = 20
) -> Published:
    """The first messages that answer. Raises ``UsageError`` where an index cannot tell."""
    if question.wants is None:
        return Published((), 0, ())
    with Scratch() as scratch:
        compiler = Compiler(index, scratch)
        asked = compiler.compiled(question.wants)
        row = run(index, f"SELECT count(*) FROM archiver.messages m WHERE {asked.sql}", asked.values).fetchone() or (0,)
        down = "DESC" if order == "newest" else "ASC"
        found = run(
            index, f"{_SHOWN} WHERE {asked.sql} ORDER BY m.id {down}, m.archive {down} LIMIT %s", (*asked.values, limit)
        ).fetchall()
        leaves = list(dict.fromkeys(planning.leaves(question.wants)))
        match = " OR ".join(wordings.leaf(one, scratch) for one in leaves if not isinstance(one, Sign))
        signs = tuple(one.text for one in leaves if isinstance(one, Sign))
    return Published(tuple(_hits(found, match, signs)), row[0], tuple(dict.fromkeys(compiler.notes)))


def ids(index: Connection, question: Question) -> list[tuple[str, int]]:
    """Every message that answers: the identity of its archive and its id there, ascending."""
    if question.wants is None:
        return []
    with Scratch() as scratch:
        asked = Compiler(index, scratch).compiled(question.wants)
    sql = "SELECT a.identity, m.id FROM archiver.messages m JOIN archiver.archives a ON a.id = m.archive"
    return list(run(index, f"{sql} WHERE {asked.sql} ORDER BY 1, 2", asked.values))


def _hits(found: list[tuple[Any, ...]], match: str, signs: tuple[str, ...]) -> list[tuple[str, Hit]]:
    texts = {at: [row[1], *row[2]] for at, row in enumerate(found)}
    marked = marking.mark_texts(texts, {at: row[3] for at, row in enumerate(found)}, match, signs)
    return [
        (
            row[0],
            Hit(
                **dict(zip(_COLUMNS, row[6:], strict=True)),
                text=marked[at].text,
                edited=row[4],
                deleted_seen=row[5],
                other_words=marked[at].others,
            ),
        )
        for at, row in enumerate(found)
    ]
