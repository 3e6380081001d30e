"""``archive status``"""

from __future__ import annotations

import json

from archiver.cli import options as o


def status(archive: o.Archive = None, as_json: o.Json = False) -> None:
    """Say what is held, up to when, and what needs a person."""
    from archiver import settings
    from archiver.cli.terminal import bold, count, plain
    from archiver.finding import overview
    from archiver.record.store import open_for_reading

    folder = settings.existing_archive(archive)
    found = overview.status(open_for_reading(folder))
    if as_json:
        print(json.dumps({"schema": "archiver/status/1", "archive": str(folder), **found}, ensure_ascii=False, indent=1))
        return
    print(bold(f"Archive {plain(str(folder))}"))
    print(f"{count(found['messages'], 'message')} in {count(found['chats'], 'chat')}, from {count(found['people'], 'person', 'people')}; {count(found['sightings'], 'sighting')} in {count(found['captures'], 'capture')} of {count(found['sources'], 'source')} ({found['bytes']:,} bytes).")
    if found["first_sent"]:
        print(f"Sent {found['first_sent'][:10]} to {found['last_sent'][:10]}; last taken in {found['last_ingested']}.")
    if not found["to_settle"]:
        print("Nothing needs a person.")
        return
    print("\nTo look at:")
    for finding in found["to_settle"]:
        times = f", {finding['times']:,} times" if finding["times"] > 1 else ""
        line = f", from line {finding['first_line']}" if finding["first_line"] and finding["times"] > 1 else f", line {finding['first_line']}" if finding["first_line"] else ""
        print(f"  {finding['word']}: {plain(finding['source'] or '')} ({plain(finding['chat'] or 'no chat')}){line}{times}. {plain(finding['detail'])}")
