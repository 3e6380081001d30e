"""``archive people``"""

from __future__ import annotations

import json

from archiver.cli import options as o


def people(archive: o.Archive = None, as_json: o.Json = False) -> None:
    """List the people that are seen, under which names, and in which chats."""
    from archiver import settings
    from archiver.cli.terminal import bold, count, plain
    from archiver.finding import overview
    from archiver.record.store import open_for_reading

    found = overview.people(open_for_reading(settings.existing_archive(archive)))
    if as_json:
        print(json.dumps({"schema": "archiver/people/1", "people": found}, ensure_ascii=False, indent=1))
        return
    if not found:
        print("Nobody is seen yet. Take a chat in with: archive ingest PATH")
    for person in found:
        others = [plain(name) for name in person["aliases"] if name != person["name"]]
        print(f"{bold(plain(person['name']))}{', also ' + ', '.join(others) if others else ''}")
        print(
            f"  {count(person['messages'], 'message')} in {', '.join(plain(c) for c in person['chats']) or 'no chat'}"
        )
