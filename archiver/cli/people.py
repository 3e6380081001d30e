"""``archive people``"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.cli import deciding
from archiver.cli import options as o
from archiver.cli.terminal import print_json

if TYPE_CHECKING:
    from archiver.record.store import Store


def people(
    words: deciding.Words = None,
    archive: o.Archive = None,
    why: deciding.Why = None,
    by: deciding.By = None,
    as_json: o.Json = False,
) -> None:
    """List the people that are seen, under which names, in which chats; or say that two are one, or are not.

    ``not-same PERSON '#Name'`` says that the person, where they are seen under that name, is someone else.
    """
    from archiver import settings
    from archiver.cli.terminal import bold, count, plain
    from archiver.finding import overview
    from archiver.record.store import open_for_reading

    folder = settings.existing_archive(archive)
    if words:
        from archiver.record import decisions

        told = deciding.settle(
            folder, words, why, by, overview.person_named, decisions.people_same, decisions.people_not_same,
            _part,
        )  # fmt: skip
        print(plain(told))
        return
    found = overview.people(open_for_reading(folder))
    if as_json:
        print_json({"schema": "archiver/people/1", "people": found})
        return
    if not found:
        print("Nobody is seen yet. Take a chat in with: archive ingest PATH")
    for person in found:
        others = [plain(name) for name in person["aliases"] if name != person["name"]]
        print(f"#{person['id']}  {bold(plain(person['name']))}{', also ' + ', '.join(others) if others else ''}")
        print(
            f"  {count(person['messages'], 'message')} in {', '.join(plain(c) for c in person['chats']) or 'no chat'}"
        )


def _part(store: Store, one: int, number_or_name: str, who: str, why: str) -> int:
    """Another person by number; or this one, where they are seen under one of their names."""
    from archiver.record import decisions

    if number_or_name.isascii() and number_or_name.isdigit():
        return decisions.people_not_same(store, one, int(number_or_name), who, why)
    return decisions.person_parted(store, one, number_or_name, who, why)
