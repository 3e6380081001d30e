"""``archive show``"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from archiver.cli import options as o


def show(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="For example BUDGET/00231.")],
    archive: o.Archive = None,
    as_json: o.Json = False,
) -> None:
    """Show one message: every sighting with its place in its original, every match and its reason."""
    from archiver import evidence, settings
    from archiver.finding.message import message
    from archiver.record.store import open_for_reading

    folder = settings.existing_archive(archive)
    found = message(open_for_reading(folder), reference)
    for sighting in found["sightings"]:
        sighting["as_written"] = evidence.as_written(folder, sighting)
    if as_json:
        print(json.dumps({"schema": "archiver/message/1", **found}, ensure_ascii=False, indent=1))
        return
    _print(found, folder)


def _print(found: dict[str, Any], folder: Path) -> None:
    from archiver.cli.terminal import bold, plain

    print(f"{bold(found['reference'])}  {found['sent_at'] or 'no time'}  {plain(found['chat'])}")
    marks = [word for word in ("edited", "deleted_seen") if found[word]]
    print(f"{plain(found['sender'] or 'system')} ({found['kind']}{', ' + ', '.join(m.replace('_', ' ') for m in marks) if marks else ''})")
    print(_indented(found["text"]))
    if found["sent_earliest"] != found["sent_latest"]:
        print(f"\nThe date is in doubt: {found['sent_earliest']} to {found['sent_latest']}.")
    print(f"\nSeen {'once' if len(found['sightings']) == 1 else str(len(found['sightings'])) + ' times'}:")
    for sighting in found["sightings"]:
        print(f"\n  {_place(sighting)}")
        print(f"    Captured {sighting['captured'] or 'at a time not known'} ({sighting['captured_basis'] or 'no basis'}), by {sighting['route']}{', from ' + plain(sighting['custodian']) if sighting['custodian'] else ''}.")
        print(f"    {sighting['rule'].capitalize()}: {sighting['meaning']} Decided by {plain(sighting['decided_by'])}.")
        if sighting["as_written"] is not None:
            print("    As written:")
            print(_indented(sighting["as_written"], "      | "))
    for reading in found["readings"]:
        print(f"\n  Other words ({reading['basis']}):\n{_indented(reading['text'], '    ')}")
    for attachment in found["attachments"]:
        held = f"held, {attachment['size']:,} bytes, SHA-256 {attachment['sha256']}" if attachment["sha256"] else "not held: it did not come with the chat"
        print(f"\n  Attachment {plain(attachment['name'])}: {held}.")


def _place(sighting: dict[str, Any]) -> str:
    from archiver.cli.terminal import plain

    inside = "" if sighting["member"] == sighting["source"] else f", {plain(sighting['member'])}"
    if sighting["line"] is not None:
        last = sighting["line"] + sighting["lines"] - 1
        where = f"line {sighting['line']}" if sighting["lines"] == 1 else f"lines {sighting['line']} to {last}"
    else:
        where = f"at {sighting['box']}, read with confidence {sighting['confidence'] or 0:.2f}"
    return f"{plain(sighting['source'])}{inside}, {where}"


def _indented(text: str, before: str = "  ") -> str:
    from archiver.cli.terminal import plain

    return "\n".join(before + line for line in plain(text).split("\n"))
