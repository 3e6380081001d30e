"""``archive chats``"""

from __future__ import annotations

from archiver.cli import deciding
from archiver.cli import options as o
from archiver.cli.terminal import print_json


def chats(
    words: deciding.Words = None,
    archive: o.Archive = None,
    why: deciding.Why = None,
    by: deciding.By = None,
    later: deciding.Later = False,
    as_json: o.Json = False,
) -> None:
    """List the chats that are held: span, size, captures, findings; or say that two are one, or are not.

    ``not-same CHAT '#7'`` says that capture 7 of a chat is of another one.
    """
    from archiver import settings
    from archiver.cli.terminal import bold, count, plain
    from archiver.finding import overview
    from archiver.record.store import open_for_reading

    folder = settings.existing_archive(archive)
    if words:
        from archiver.record import decisions

        told = deciding.settle(
            folder, words, why, by, overview.chat_named, decisions.chats_same, decisions.chats_not_same,
            lambda store, one, number, who, why: decisions.capture_parted(
                store, one, deciding.numbered(number), who, why
            ),
            later=later,
        )  # fmt: skip
        print(plain(told))
        return
    found = overview.chats(open_for_reading(folder))
    if as_json:
        print_json({"schema": "archiver/chats/1", "chats": found})
        return
    if not found:
        print("No chat is held yet. Take one in with: archive ingest PATH")
    for chat in found:
        print(f"{bold(plain(chat['name']))}  ({chat['code']}/…)")
        span = f", {chat['first_sent'][:10]} to {chat['last_sent'][:10]}" if chat["first_sent"] else ""
        numbers = ", ".join(f"#{number}" for number in chat["capture_ids"][:9])
        captures = f"{count(chat['captures'], 'capture')} ({numbers}{', …' if chat['captures'] > 9 else ''})"
        last = (chat["last_captured"] or "not dated")[:10]
        print(f"  {count(chat['messages'], 'message')}{span}; {captures}, the last {last}")
        if chat["findings"]:
            print(f"  {count(chat['findings'], 'finding')} to look at")
