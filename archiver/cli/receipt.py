"""The receipt of an accession: for the person who handed it over, and for a program."""

from __future__ import annotations

from datetime import datetime

from archiver.cli.terminal import bold, count, plain
from archiver.errors import DAMAGED, DONE, FAILED, REVIEW
from archiver.model import Dated
from archiver.pipeline import Receipt, SourceOutcome
from archiver.record.keys import SIGNATURE
from archiver.recording import ChatTaken

_ROUTES = {"email-export": "exported chat", "web-paste": "text copied from WhatsApp Web", "screenshot": "screenshot"}
_BASES = {
    "noted": "noted by a person",
    "embedded": "from {source}",
    "named": "from {source}",
    "filed": "by the file's own clock, the weakest sign",
}


def exit_code(receipt: Receipt) -> int:
    """1 where a source was refused, 3 where something needs a person, 4 where the archive was altered, else 0."""
    codes = {s.exit_code for s in receipt.sources if s.outcome == "refused"}
    if DAMAGED in codes:
        return DAMAGED
    if codes - {REVIEW}:
        return FAILED if codes != {5} else 5
    findings = any(chat.written.findings for s in receipt.sources for chat in s.chats)
    findings = findings or any(s.outcome == "held" and s.detail for s in receipt.sources)
    return REVIEW if codes or findings else DONE


def as_json(receipt: Receipt) -> dict[str, object]:
    """The receipt as one object."""
    return {
        "schema": "archiver/receipt/1",
        "archive": receipt.archive,
        "accession": receipt.accession,
        "at": receipt.at,
        "by": receipt.by,
        "work": receipt.work,
        "sources": [_source_json(source) for source in receipt.sources],
        "checkpoint": receipt.checkpoint,
    }


def _source_json(source: SourceOutcome) -> dict[str, object]:
    base: dict[str, object] = {"source": source.name, "outcome": source.outcome}
    if source.outcome == "refused":
        return {**base, "error": source.error, "detail": source.detail}
    base |= {"sha256": source.sha256, "size": source.size}
    if source.outcome == "held":
        return {**base, "held_since": source.held_since, "detail": source.detail}
    return {**base, "chats": [_chat_json(chat) for chat in source.chats]}


def _chat_json(chat: ChatTaken) -> dict[str, object]:
    written = chat.written
    return {
        "chat": chat.chat,
        "code": chat.code,
        "new_chat": chat.is_new,
        "route": chat.route,
        "captured": written_date(chat.captured) if chat.captured else None,
        "captured_basis": chat.captured.basis if chat.captured else None,
        "custodian": chat.custodian,
        "clock_minutes_ahead": chat.minutes_ahead,
        "first_sent": written.first_sent,
        "last_sent": written.last_sent,
        "new": written.new,
        "seen_before": written.seen,
        "new_people": written.new_people,
        "findings": dict(sorted(written.findings.items())),
    }


def written_date(dated: Dated) -> str:
    """``2026-11-16``, with the time where it is known."""
    return dated.when.strftime("%Y-%m-%dT%H:%M" if dated.precise else "%Y-%m-%d")


def as_text(receipt: Receipt) -> str:
    """The receipt as a person would write it."""
    taken = [s for s in receipt.sources if s.outcome == "taken"]
    held = [s for s in receipt.sources if s.outcome == "held"]
    refused = [s for s in receipt.sources if s.outcome == "refused"]
    if receipt.accession is None:
        lines = [bold("Nothing was taken into the record."), ""]
    else:
        lines = [
            bold(f"Receipt for accession {receipt.accession}"),
            f"Archive {plain(receipt.archive)}, {receipt.at}, by {plain(receipt.by)}.",
        ]
        lines += [f"Work: {plain(receipt.work)}."] if receipt.work else []
        lines += ["", _summary(taken, held, refused), ""]
    for source in taken:
        lines += _taken_text(source)
    for source in held:
        since = (source.held_since or "")[:10]
        lines.append(f"{plain(source.name)}: the same bytes are held since {since}; nothing was added.")
        lines += [f"  {source.detail}.", ""] if source.detail else [""]
    if refused:
        lines += [bold("Not taken"), *(f"  {plain(source.detail or '')}" for source in refused), ""]
    if any(chat.written.findings for s in taken for chat in s.chats):
        lines += ["Findings are kept beside the record. See them with: archive status", ""]
    if receipt.checkpoint:
        lines += ["Checkpoint (keep it: it proves later that nothing has been lost or changed since)"]
        lines += [f"  {line}" for line in receipt.checkpoint.splitlines()]
        if SIGNATURE not in receipt.checkpoint:
            lines += ["  Not signed: there is no key (see archive key)."]
    return "\n".join(lines).rstrip()


def _summary(taken: list[SourceOutcome], held: list[SourceOutcome], refused: list[SourceOutcome]) -> str:
    new = sum(chat.written.new for s in taken for chat in s.chats)
    seen = sum(chat.written.seen for s in taken for chat in s.chats)
    parts = [f"{count(len(taken), 'source')} taken"]
    if held:
        parts.append(f"{len(held):,} held already")
    if refused:
        parts.append(f"{len(refused):,} not taken")
    return f"{', '.join(parts)}. {count(new, 'new message')}, {count(seen, 'message')} seen before."


def _taken_text(source: SourceOutcome) -> list[str]:
    lines = [bold(plain(source.name))]
    for chat in source.chats:
        written = chat.written
        what = "A new chat" if chat.is_new else "The chat"
        lines.append(f"  {what}, {plain(chat.chat)} (references {chat.code}/…), as {_route(chat)}.")
        lines.append(f"  {_captured(chat)}")
        lines.append(f"  {_counted(chat)}")
        if chat.minutes_ahead:
            lines.append(f"  {_clock(chat)}")
        if written.new_people:
            lines.append(f"  New people: {', '.join(plain(name) for name in written.new_people)}.")
        for word, times in sorted(written.findings.items()):
            lines.append(f"  To look at: {word}{f', {times:,} times' if times > 1 else ''}.")
    return [*lines, ""]


def _route(chat: ChatTaken) -> str:
    text = _ROUTES[chat.route]
    article = "an" if text[0] in "aeiou" else "" if text.startswith("text") else "a"
    whose = f" from {plain(chat.custodian)}" if chat.custodian else ""
    return f"{article} {text}{whose}".strip()


def _captured(chat: ChatTaken) -> str:
    if chat.captured is None:
        return "When it was captured is not known."
    basis = _BASES[chat.captured.basis].format(source=plain(chat.captured.source))
    return f"Captured {in_words(written_date(chat.captured))}, {basis}."


def _clock(chat: ChatTaken) -> str:
    apart = count(abs(chat.minutes_ahead), "minute")
    side = "more" if chat.minutes_ahead > 0 else "less"
    return f"Its clock shows {apart} {side} than the chat's other captures, by {count(chat.clock_votes, 'message')}."


def _counted(chat: ChatTaken) -> str:
    written = chat.written
    total = written.new + written.seen
    if not total:
        return "No messages."
    span = ""
    if written.first_sent and written.last_sent:
        first, last = in_words(written.first_sent[:10]), in_words(written.last_sent[:10])
        span = f", sent {first}" if first == last else f", sent {first} to {last}"
    if not written.seen:
        return f"{count(total, 'message')}{span}, all new."
    if not written.new:
        return f"{count(total, 'message')}{span}, all seen before."
    return f"{count(total, 'message')}{span}: {written.new:,} new, {written.seen:,} seen before."


def in_words(written: str) -> str:
    """``2026-11-16`` as ``16 November 2026``, with the time where there is one."""
    if len(written) >= 16:
        when = datetime.fromisoformat(written)
        return f"{when.day} {when:%B %Y} at {when:%H:%M}"
    day = datetime.fromisoformat(written)
    return f"{day.day} {day:%B %Y}"
