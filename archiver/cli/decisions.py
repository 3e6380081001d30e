"""``archive decisions``"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import deciding
from archiver.cli import options as o
from archiver.cli.terminal import print_json
from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.record.store import Store


def decisions(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[withdraw N]", help="Take decision N back; else list them.")
    ] = None,
    archive: o.Archive = None,
    why: deciding.Why = None,
    by: deciding.By = None,
    later: deciding.Later = False,
    as_json: o.Json = False,
) -> None:
    """List what people decided: who, when, what, why; or take a decision back."""
    from archiver import settings
    from archiver.cli.terminal import bold, plain
    from archiver.finding.overview import decisions as listed
    from archiver.record import decisions as settling
    from archiver.record.store import open_for_reading

    folder = settings.existing_archive(archive)
    if words:
        if len(words) != 2 or words[0] != "withdraw":
            raise UsageError("Say it as: withdraw N --why TEXT.")
        number = deciding.numbered(words[1])

        def act(store: Store, who: str, why: str) -> int:
            return settling.withdraw(store, number, who, why)

        print(plain(deciding.decide(folder, act, f"decision {number} is taken back", why, by, later=later)))
        return
    found = listed(open_for_reading(folder))
    if as_json:
        print_json({"schema": "archiver/decisions/1", "decisions": found})
        return
    if not found:
        print("Nothing was decided yet.")
    for one in found:
        gone = ", taken back" if one["withdrawn"] else ""
        print(f"{bold(str(one['id']))}  {one['decided_at']}  {plain(one['kind'])}{gone}, by {plain(one['decided_by'])}")
        print(f"  {plain(one['why'])}")
