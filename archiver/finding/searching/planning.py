"""A question and an archive, made into a plan: what the full-text search is asked, and conditions in SQL.

    SELECT … FROM messages_fts f JOIN messages m ON m.id = f.rowid WHERE messages_fts MATCH match AND conditions

Whatever a person typed goes to SQLite as a parameter only; what is put into SQL stands in this package.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from archiver.finding.searching import asking, conditions, names, together, wordings
from archiver.finding.searching.conditions import Condition
from archiver.finding.searching.language import (
    About,
    All,
    Any,
    Chat,
    Near,
    Node,
    Not,
    Number,
    Person,
    Question,
    Sent,
    Sign,
    Together,
    Words,
)
from archiver.finding.searching.plans import FIRST, LAST, Plan
from archiver.finding.searching.tokens import Scratch


def plan(connection: sqlite3.Connection, question: Question, chat_id: int | None = None, nearly: bool = False) -> Plan:
    """How to ask: in all chats, or in one; ``nearly``: of words that a machine read, also by those that nearly fit."""
    if nearly:
        from archiver.finding.searching import near

        question = near.widened(connection, question)
    empty = Plan(question, question.wants is None, None, (), FIRST, LAST, "", (), (), nearly)
    if question.wants is None:
        return empty
    with Scratch() as scratch:
        planner = _Planner(connection, scratch)
        made = planner.plan(empty, question.wants)
    if chat_id is not None:
        made = _within_chat(connection, made, chat_id)
    return made


def _within_chat(connection: sqlite3.Connection, made: Plan, chat_id: int) -> Plan:
    first, last = connection.execute(
        "SELECT coalesce(min(id), 0), coalesce(max(id), -1) FROM messages WHERE chat_id = ?", (chat_id,)
    ).fetchone()
    return replace(
        made,
        conditions=(Condition("m.chat_id = ?", (chat_id,)), *made.conditions),
        first=max(made.first, first),
        last=min(made.last, last),
    )


class _Planner:
    def __init__(self, connection: sqlite3.Connection, scratch: Scratch) -> None:
        self.connection = connection
        self.scratch = scratch
        self.notes: list[str] = []

    def plan(self, empty: Plan, wants: Node) -> Plan:
        parts = wants.parts if isinstance(wants, All) else (wants,)
        parts = tuple(self.searchable(part) for part in parts)
        texts = tuple(part for part in parts if wordings.is_textual(part))
        match = wordings.match_of(All(texts), self.scratch) if texts else None
        others = parts if match is None else tuple(part for part in parts if part not in texts)
        shown = [leaf for part in parts for leaf in leaves(part)]
        made = replace(
            empty,
            text=None if match is None else wordings.find(self.connection, self.scratch, All(texts), match),
            conditions=tuple(self.condition(part) for part in others),
            shown=" OR ".join(
                dict.fromkeys(wordings.leaf(one, self.scratch) for one in shown if not isinstance(one, Sign))
            ),
            signs=tuple(dict.fromkeys(one.text for one in shown if isinstance(one, Sign))),
        )
        for part in others:
            if isinstance(part, Sent):
                first, last = conditions.id_bounds(self.connection, part)
                made = replace(made, first=max(made.first, first), last=min(made.last, last))
        return replace(made, notes=tuple(dict.fromkeys(self.notes)))

    def searchable(self, node: Node) -> Node:
        """The same, where what SQLite sees no letter in is looked for as it is."""
        if isinstance(node, Words):
            return node if self.scratch.tokens(node.text) else Sign(node.text)
        if isinstance(node, Near):
            left, right = self.searchable(node.left), self.searchable(node.right)
            if isinstance(left, Words) and isinstance(right, Words):
                return node
            return All((left, right))
        if isinstance(node, All | Any):
            return type(node)(tuple(self.searchable(part) for part in node.parts))
        if isinstance(node, Not):
            return Not(self.searchable(node.part))
        return node

    def condition(self, node: Node) -> Condition:
        """A node as a condition of ``messages m``."""
        if wordings.is_textual(node):
            match = wordings.match_of(node, self.scratch)
            if match is not None:
                return conditions.found(wordings.find(self.connection, self.scratch, node, match))
        if isinstance(node, All):
            return conditions.every([self.condition(part) for part in node.parts])
        if isinstance(node, Any):
            return conditions.either([self.condition(part) for part in node.parts])
        if isinstance(node, Not):
            return conditions.without(self.condition(node.part))
        if isinstance(node, Sign):
            return conditions.sign(self.connection, node)
        if isinstance(node, Together):
            return self.together(node)
        if isinstance(node, About):
            part = self.condition(self.searchable(node.part))
            return conditions.either([part, conditions.named(self.connection, node.name)])
        if isinstance(node, Person):
            return self.person(node)
        if isinstance(node, Chat):
            return self.chat(node)
        assert not isinstance(node, Words | Number | Near)
        return conditions.simple(self.connection, node)

    def person(self, node: Person) -> Condition:
        known = names.people(self.connection, node.name)
        self.tell(node.name, sorted(known.values()), "nobody is called so")
        sender = Condition("m.sender_id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(known)),))
        if node.role == "from":
            return sender
        there = conditions.staying(names.stays(self.connection, node.name))
        if node.role == "with":
            return there
        return conditions.every([there, Condition(f"coalesce(NOT ({sender.sql}), 1)", sender.values)])

    def chat(self, node: Chat) -> Condition:
        known = names.chats(self.connection, node)
        self.tell(node.name, sorted(known.values()), "no chat is called so")
        return conditions.in_chats(known)

    def tell(self, typed: str, found: list[str], none: str) -> None:
        said = ", ".join(found[:10]) + (f" and {len(found) - 10} more" if len(found) > 10 else "")
        self.notes.append(f"{typed}: {said or none}.")

    def together(self, node: Together) -> Condition:
        """Found beforehand, side by side; asked for by id."""
        empty = Plan(Question("", node, ""), False, None, (), FIRST, LAST, "", (), ())
        sides = []
        for part in (node.left, node.right):
            planner = _Planner(self.connection, self.scratch)
            sides.append(list(asking.ids(self.connection, planner.plan(empty, part), newest=False)))
            self.notes += planner.notes
        found = together.near(self.connection, sides[0], sides[1], node.distance, node.unit)
        return Condition("m.id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(found)),))


def leaves(node: Node) -> Iterator[Words | Number | Near | Sign]:
    """The leaves that are set off in what is found: those that are wanted."""
    if isinstance(node, Words | Number | Sign):
        yield node
    elif isinstance(node, Near):
        yield from (node.left, node.right)
    elif isinstance(node, All | Any):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Together):
        yield from leaves(node.left)
        yield from leaves(node.right)
    elif isinstance(node, About):
        yield from leaves(node.part)
