"""``archive status``"""

from __future__ import annotations

from typing import Any

from archiver.cli import options as o
from archiver.cli.terminal import print_json


def status(archive: o.Archive = None, as_json: o.Json = False) -> None:
    """Say what is held, up to when, and what needs a person."""
    from archiver import settings
    from archiver.cli.terminal import bold, count, plain
    from archiver.finding import overview
    from archiver.record.store import open_for_reading
    from archiver.record.surroundings import cautions

    folder = settings.existing_archive(archive)
    connection = open_for_reading(folder)
    found = {**overview.status(connection), "cautions": cautions(folder, connection)}
    if as_json:
        shown = {"schema": "archiver/status/1", "archive": str(folder), **found}
        print_json(shown)
        return
    print(bold(f"Archive {plain(str(folder))}"))
    held = f"{count(found['messages'], 'message')} in {count(found['chats'], 'chat')}"
    seen = f"{count(found['sightings'], 'sighting')} in {count(found['captures'], 'capture')}"
    print(f"{held}, from {count(found['people'], 'person', 'people')}.")
    print(f"{seen}, of {count(found['sources'], 'source')} ({found['bytes']:,} bytes).")
    if found["first_sent"]:
        print(f"Sent {found['first_sent'][:10]} to {found['last_sent'][:10]}; last taken in {found['last_ingested']}.")
    print(_kept_safe(found))
    for sentence in found["cautions"]:
        print(f"To put right: {plain(sentence)}")
    if found["decisions_waiting"]:
        print(f"{count(found['decisions_waiting'], 'decision')} to be carried out on what is held: archive rebuild")
    if not found["to_settle"]:
        print("Nothing needs a person.")
        return
    print("\nTo look at:")
    for finding in found["to_settle"]:
        where = f"{plain(finding['source'] or '')} ({plain(finding['chat'] or 'no chat')})"
        if finding["first_line"]:
            where += f", {'first at ' if finding['times'] > 1 else ''}line {finding['first_line']}"
        times = f", {finding['times']:,} times" if finding["times"] > 1 else ""
        print(f"  {finding['word']}: {where}{times}. {plain(finding['detail'])}")


def _kept_safe(found: dict[str, Any]) -> str:
    """When there was a backup, and whether it was ever brought back."""
    backup, rehearsal = found["last_backup"], found["last_rehearsal"]
    if backup is None:
        return "No backup has been made yet: archive backup DEST"
    if rehearsal is None:
        return f"Last backup {backup['at']}; no restore has been rehearsed yet: archive restore --rehearse DEST"
    failed = "" if rehearsal["outcome"] == "sound" else f", and failed ({rehearsal['outcome']})"
    return f"Last backup {backup['at']}; a restore was last rehearsed {rehearsal['at']}{failed}."
