"""``archive show``"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from archiver.cli import options as o
from archiver.cli.terminal import print_json


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
        print_json({"schema": "archiver/message/1", **found})
        return
    _print(found)


def _print(found: dict[str, Any]) -> None:
    from archiver.cli.terminal import bold, count, plain

    print(f"{bold(found['reference'])}  {found['sent_at'] or 'no time'}  {plain(found['chat'])}")
    marks = [found["kind"], *(mark for mark in ("edited", "deleted_seen") if found[mark])]
    print(f"{plain(found['sender'] or 'system')} ({', '.join(marks).replace('_', ' ')})")
    print(_indented(found["text"]))
    if found["other_references"]:
        print(f"\nAlso cited as {', '.join(found['other_references'])}.")
    if found["sent_earliest"] != found["sent_latest"]:
        print(f"\nThe date is in doubt: {found['sent_earliest']} to {found['sent_latest']}.")
    print(f"\nSeen {count(len(found['sightings']), 'time')}:")
    for number, sighting in enumerate(found["sightings"], 1):
        _print_sighting(number, sighting)
    for reading in found["readings"]:
        print(f"\n  Other words ({reading['basis']}):\n{_indented(reading['text'], '    ')}")
    for attachment in found["attachments"]:
        held = "not held: it did not come with the chat"
        if attachment["sha256"]:
            held = f"held, {attachment['size']:,} bytes, SHA-256 {attachment['sha256']}"
        print(f"\n  Attachment {plain(attachment['name'])}: {held}.")


def _print_sighting(number: int, sighting: dict[str, Any]) -> None:
    from archiver.cli.terminal import plain

    whose = f", from {plain(sighting['custodian'])}" if sighting["custodian"] else ""
    when = f"{sighting['captured']} ({sighting['captured_basis']})" if sighting["captured"] else "at a time not known"
    print(f"\n  #{number}  {_place(sighting)}")
    print(f"    Captured {when}, by {sighting['route']}{whose}.")
    score = f" Score {sighting['score']:.2f}." if sighting["score"] is not None else ""
    decided = f"Decided by {plain(sighting['decided_by'])}."
    print(f"    {sighting['rule'].capitalize()}: {sighting['meaning']}{score} {decided}")
    if sighting["differs"]:
        print(f"    Differs: {plain('; '.join(sighting['differs']))}.")
    if sighting["as_written"] is not None:
        written = sighting["as_written"].rstrip("\r\n")
        print(f"    As written:\n{_indented(written, '      | ')}")
    elif sighting["line"] is not None:
        print("    Its original is gone, or no longer holds it. See: archive verify")


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
