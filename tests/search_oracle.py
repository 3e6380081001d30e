"""A search by looking at every message, in plain Python: what the real search is held against.

It shares nothing with the search but the meaning of the language: a question here is a small tree with its own way of
being typed and its own way of looking at a message.
"""

from __future__ import annotations

import random
import re
import sqlite3
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

COLOUR = "\N{VARIATION SELECTOR-16}"


def tokens(text: str) -> list[str]:
    """Runs of letters and digits, folded, as the search's documentation says."""
    found, run = [], ""
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category[0] in "LN" or category == "Co":
            bare = unicodedata.normalize("NFD", character)[0]
            run += (bare if bare.isascii() else character).lower()  # of Latin letters only are accents taken away
        elif not (run and 0x300 <= ord(character) <= 0x331):
            if run:
                found.append(run)
            run = ""
    return [*found, run] if run else found


@dataclass
class Message:
    """One message with all that a question can ask of it."""

    id: int
    chat: int
    sender: int | None
    sent_at: str | None
    earliest: str
    latest: str
    kind: str
    event: str | None
    text: str
    edited: bool
    deleted: bool
    wordings: list[str]
    captures: set[int]
    scores: list[float]
    files: int
    place: int = 0
    cut: list[list[str]] = field(default_factory=list)


class Record:
    """Every table of an archive, read whole."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute
        self.names: dict[int, set[str]] = {}
        for person, name in rows("SELECT id, name FROM people UNION SELECT person_id, name FROM aliases"):
            self.names.setdefault(person, set()).add(name)
        self.chats = {one: (code, is_group) for one, code, is_group in rows("SELECT id, code, is_group FROM chats")}
        self.chat_names: dict[int, set[str]] = {}
        for chat, name in rows("SELECT id, name FROM chats UNION SELECT chat_id, name FROM chat_names"):
            self.chat_names.setdefault(chat, set()).add(name)
        self.captures = {row[0]: row for row in rows("SELECT id, chat_id, route, work, custodian FROM captures")}
        self.messages: list[Message] = []
        readings: dict[int, list[str]] = {}
        for message, text in rows("SELECT message_id, text FROM readings"):
            readings.setdefault(message, []).append(text)
        for message, name in rows("SELECT message_id, name FROM attachments"):
            readings.setdefault(message, []).append(name)
        seen: dict[int, list[tuple[int, float | None]]] = {}
        for message, capture, score, confidence in rows(
            "SELECT d.message_id, s.capture_id, d.score, d.confidence FROM sighting_data d"
            " JOIN source_members s ON s.id = d.member_id"
        ):
            seen.setdefault(message, []).append((capture, score))
            assert confidence is None
        files = dict(rows("SELECT message_id, count(*) FROM attachments GROUP BY 1").fetchall())
        places: dict[int, int] = {}
        for row in rows(
            "SELECT id, chat_id, sender_id, sent_at, doubt_earliest, doubt_latest, kind, event, text, edited,"
            " deleted_seen FROM messages"
        ).fetchall():
            one, chat, sender, sent_at, first, last, kind, event, text, edited, deleted = row
            self.messages.append(
                Message(
                    one, chat, sender, sent_at, filled(first or sent_at, "0001-01-01T00:00:00"),
                    filled(last or sent_at, "9999-12-31T23:59:59"), kind, event, text, bool(edited),
                    bool(deleted) or kind == "deleted", [text, *readings.get(one, [])],
                    {capture for capture, _ in seen[one]}, [score for _, score in seen[one] if score is not None],
                    files.get(one, 0),
                )
            )  # fmt: skip
        self.messages.sort(key=lambda message: message.id)
        for message in self.messages:
            message.place = places[message.chat] = places.get(message.chat, 0) + 1
            message.cut = [tokens(text) for text in message.wordings]

    def people(self, typed: str) -> set[int]:
        return {person for person, names in self.names.items() if any(called(name, typed) for name in names)}


def filled(written: str | None, pattern: str) -> str:
    """A time to the second, what is missing taken from a pattern; of no day, the pattern itself."""
    if written is None or len(written) < 10:
        return pattern
    return written + pattern[len(written) :]


def digits_of(text: str) -> str | None:
    """The digits of a British number without what stands before them; None where it is none."""
    digits = re.sub(r"\D", "", text)
    for head in ("0044", "440", "44", "0"):
        if digits.startswith(head) and len(digits) - len(head) == 10:
            return digits[len(head) :]
    return None


def called(name: str, typed: str) -> bool:
    if digits_of(typed):
        return digits_of(name) == digits_of(typed)
    held = tokens(name)
    return all(
        any(word.startswith(one) for word in held) if star else one in held
        for part in typed.split()
        for star in [part.endswith("*")]
        for one in tokens(part)
    )


Answer = Callable[[Message], bool]


@dataclass
class Asked:
    """A question: as it is typed, and what answers it."""

    typed: str
    answer: Answer
    uses: set[str]
    textual: bool = False
    """Words only, so that brackets may stand around it and ``about`` take it."""
    distances: Callable[[list[str]], set[tuple[int, int]]] | None = None
    """Of a word or phrase: where it stands in a wording: first and last place."""


def spots(wanted: list[str], prefix: bool) -> Callable[[list[str]], set[tuple[int, int]]]:
    def find(held: list[str]) -> set[tuple[int, int]]:
        size = len(wanted)
        return {
            (at, at + size - 1)
            for at in range(len(held) - size + 1)
            if held[at : at + size - 1] == wanted[:-1]
            and (held[at + size - 1].startswith(wanted[-1]) if prefix else held[at + size - 1] == wanted[-1])
        }

    return find


class Asker:
    """Makes questions about a record, of everything that the language has."""

    def __init__(self, record: Record, seed: int) -> None:
        self.record = record
        self.random = random.Random(seed)
        self.words = sorted(
            {word for m in record.messages for cut in m.cut for word in cut if word.isalpha() and word[0] < "\u3000"}
        )
        self.leaves = (
            self.word, self.word, self.word, self.phrase, self.prefix, self.near, self.sign, self.number, self.odd,
            self.person, self.person, self.chat, self.about, self.route, self.kind, self.event, self.date, self.date,
            self.has, self.state,
        )  # fmt: skip

    def question(self, depth: int = 2) -> Asked:
        """A question of some parts."""
        roll = self.random.random()
        if depth == 0 or roll < 0.3:
            return self.random.choice(self.leaves)()
        if roll < 0.45:
            return self.left_out(depth)
        if roll < 0.6:
            return self.together(depth)
        parts = [self.question(depth - 1) for _ in range(self.random.randint(2, 3))]
        uses = set().union(*(part.uses for part in parts))
        if roll < 0.8:
            joint = self.random.choice((" ", " AND "))
            typed = joint.join(self.bracketed(part) for part in parts)
            return Asked(typed, lambda m: all(part.answer(m) for part in parts), uses | {"and"})
        typed = " OR ".join(self.bracketed(part) for part in parts)
        return Asked(typed, lambda m: any(part.answer(m) for part in parts), uses | {"or"})

    def bracketed(self, part: Asked) -> str:
        return f"({part.typed})" if part.uses & {"and", "or", "not", "together", "near"} else part.typed

    def left_out(self, depth: int) -> Asked:
        one, other = self.question(depth - 1), self.question(depth - 1)
        way = self.random.choice(("-", "NOT "))
        if self.random.random() < 0.3:
            typed = way + self.bracketed(other)
            return Asked(typed, lambda m: not other.answer(m), other.uses | {"not"})
        typed = f"{self.bracketed(one)} {way}{self.bracketed(other)}"
        return Asked(typed, lambda m: one.answer(m) and not other.answer(m), one.uses | other.uses | {"not"})

    def together(self, depth: int) -> Asked:
        one, other = self.question(depth - 1), self.question(depth - 1)
        number, unit = self.random.choice((1, 3, 10)), self.random.choice(("messages", "minutes", "hours", None))
        typed = f"{self.bracketed(one)} .. {self.bracketed(other)}" + (f" within {number} {unit}" if unit else "")
        reach = number if unit else 10
        found: set[int] | None = None

        def close(a: Message, b: Message) -> bool:
            if a.chat != b.chat:
                return False
            if unit in ("messages", None):
                return abs(a.place - b.place) <= reach
            if a is b:
                return True
            if not (a.sent_at and b.sent_at and len(a.sent_at) > 15 and len(b.sent_at) > 15):
                return False
            return abs(minute(a.sent_at) - minute(b.sent_at)) <= reach * (60 if unit == "hours" else 1)

        def answer(m: Message) -> bool:
            nonlocal found
            if found is None:
                lefts = [x for x in self.record.messages if one.answer(x)]
                rights = [x for x in self.record.messages if other.answer(x)]
                found = {x.id for x in lefts if any(close(x, y) for y in rights)}
                found |= {y.id for y in rights if any(close(x, y) for x in lefts)}
            return m.id in found

        return Asked(typed, answer, one.uses | other.uses | {"together"})

    def some_words(self, size: int) -> list[str]:
        """Words that follow one another in some wording; not of telephone numbers or Chinese, asked for otherwise."""
        while True:
            held = self.random.choice(self.random.choice(self.record.messages).cut)
            if len(held) >= size:
                at = self.random.randrange(len(held) - size + 1)
                if all(word.isascii() and not (word.isdigit() and len(word) > 3) for word in held[at : at + size]):
                    return held[at : at + size]

    def textual(self, typed: str, wanted: list[str], prefix: bool, use: str) -> Asked:
        find = spots(wanted, prefix)
        return Asked(typed, lambda m: any(find(cut) for cut in m.cut), {use}, True, find)

    def word(self) -> Asked:
        word = self.random.choice(self.words)
        typed = self.random.choice((word, word.upper(), word.capitalize()))
        if tokens(typed) != [word] or typed in ("AND", "OR", "NOT", "NEAR"):
            typed = word
        return self.textual(typed, [word], False, "word")

    def phrase(self) -> Asked:
        words = self.some_words(self.random.choice((2, 2, 3)))
        quotes = self.random.choice(('""', "“”", "«»"))
        return self.textual(quotes[0] + " ".join(words) + quotes[1], words, False, "phrase")

    def prefix(self) -> Asked:
        if self.random.random() < 0.3:
            words = self.some_words(2)
            words[-1] = words[-1][:2]
            return self.textual('"' + " ".join(words) + '*"', words, True, "prefix")
        word = self.random.choice([word for word in self.words if len(word) > 2])
        word = word[: self.random.randint(2, len(word))]
        return self.textual(word + "*", [word], True, "prefix")

    def near(self) -> Asked:
        one, other = self.random.choice((self.word, self.phrase))(), self.random.choice((self.word, self.prefix))()
        if self.random.random() < 0.5:
            words = self.some_words(3)
            one = self.textual(words[0], words[:1], False, "word")
            other = self.textual(words[-1], words[-1:], False, "word")
        number = self.random.choice((0, 1, 3, None))
        reach = 10 if number is None else number
        first, second = one.distances, other.distances
        assert first is not None
        assert second is not None

        def answer(m: Message) -> bool:
            return any(
                max(a[0], b[0]) - min(a, b)[1] - 1 <= reach for cut in m.cut for a in first(cut) for b in second(cut)
            )

        typed = f"{one.typed} NEAR{'' if number is None else f'/{number}'} {other.typed}"
        return Asked(typed, answer, {"near"})

    def sign(self) -> Asked:
        signs = "👍", "🙏", "❤️", "🏳️‍🌈", "👍🏽", "部长", "会議"
        sign = self.random.choice(signs)
        bare = sign.replace(COLOUR, "")
        return Asked(sign, lambda m: any(bare in text.replace(COLOUR, "") for text in m.wordings), {"sign"}, True)

    def number(self) -> Asked:
        number = f"7700 9{self.random.randint(0, 9):05}"
        numbers = sorted({n for m in self.record.messages for n in re.findall(r"7700\D?9[\d ]{5,6}\b", m.text)})
        if numbers and self.random.random() < 0.9:
            number = self.random.choice(numbers)
        plain = re.sub(r"\D", "", number)
        ways = f"0{plain}", f"+44 {plain[:4]} {plain[4:]}", f"07700-{plain[4:7]}-{plain[7:]}", f"+44 (0){plain}"
        ways += (f"0044{plain}",)

        def answer(m: Message) -> bool:
            return any(plain in re.sub(r"[^\w,.;]|_", "", text) for text in m.wordings)

        return Asked(self.random.choice(ways), answer, {"number"}, True)

    def odd(self) -> Asked:
        typed = self.random.choice(("o’clock", "o'clock", "14:07", "https://example.com/a?b=c", "café", "CAFÉ", "£9m"))
        return self.textual(typed, tokens(typed), False, "odd")

    def person(self) -> Asked:
        role = self.random.choice(("from", "from", "to", "with", "between"))
        names = sorted({name for names in self.record.names.values() for name in names})
        typed = self.random.choice([*names, *(word for name in names for word in name.split()), "Nobody"])
        typed = re.sub(r"[^\w+ ]", "", typed).strip() or "Priya"
        if role == "between":
            other = re.sub(r"[^\w+ ]", "", self.random.choice(names)).strip()
            both = [self.with_person(typed), self.with_person(other)]
            return Asked(f'between:"{typed}, {other}"', lambda m: all(one(m) for one in both), {"between"})
        if role != "between" and digits_of(typed) and self.random.random() < 0.5:
            typed = "0" + str(digits_of(typed))
        known = self.record.people(typed)
        quoted = f'"{typed}"' if " " in typed else typed
        if role == "from":
            return Asked(f"from:{quoted}", lambda m: m.sender in known, {"from"})
        there = self.with_person(typed)
        if role == "with":
            return Asked(f"with:{quoted}", there, {"with"})
        return Asked(f"to:{quoted}", lambda m: there(m) and m.sender not in known, {"to"})

    def with_person(self, typed: str) -> Answer:
        """Walks through each chat in order, somebody coming and going."""
        record = self.record
        known = record.people(typed)
        called_so = {name for person in known for name in record.names[person]}
        there: set[int] = set()
        for chat in record.chats:
            held = [m for m in record.messages if m.chat == chat]
            own = any(
                capture[4] and (capture[4] in called_so or called(capture[4], typed))
                for capture in record.captures.values()
                if capture[1] == chat
            )
            moves = {m.id: moved(m, called_so, typed) for m in held}
            group = any(m.event in ("created", "added", "joined", "left", "removed") for m in held)
            group = group or len({m.sender for m in held if m.sender}) > 2
            direct = (record.chats[chat][1] == 0 or (record.chats[chat][1] is None and not group)) and any(
                name in called_so or called(name, typed) for name in record.chat_names[chat]
            )
            if own or direct:
                there |= {m.id for m in held}
                continue
            if not any(moves.values()) and not any(m.sender in known for m in held):
                continue
            first = next(moves[m.id] or "wrote" for m in held if moves[m.id] or m.sender in known)
            inside = first != "came"
            for m in held:
                inside = inside or moves[m.id] == "came" or m.sender in known
                if inside:
                    there.add(m.id)
                inside = inside and moves[m.id] != "went"
        return lambda m: m.id in there

    def chat(self) -> Asked:
        names = sorted({name for names in self.record.chat_names.values() for name in names})
        name = re.sub(r"[^\w ]", "", self.random.choice(names)).strip()
        typed = self.random.choice((name, name.split()[0], self.random.choice(list(self.record.chats.values()))[0]))
        codes = {chat for chat, (code, _) in self.record.chats.items() if code.lower() == typed.lower()}
        by_name = {chat for chat, held in self.record.chat_names.items() if any(called(n, typed) for n in held)}
        found = codes or by_name
        return Asked(f'chat:"{typed}"', lambda m: m.chat in found, {"chat"})

    def about(self) -> Asked:
        record = self.record
        part = self.random.choice((self.word, self.phrase, self.word))()
        if self.random.random() < 0.4:
            word = self.random.choice(["ferry", "planning", "budget", "ports", "winter"])
            part = self.textual(word, [word], False, "word")
        words = part.typed.strip('"“”«»')
        chats = {chat for chat, held in record.chat_names.items() if any(called(name, words) for name in held)}
        works = {capture for capture, row in record.captures.items() if row[3] and called(row[3], words)}
        return Asked(
            f"about:{part.typed}", lambda m: part.answer(m) or m.chat in chats or bool(m.captures & works), {"about"}
        )

    def route(self) -> Asked:
        word = self.random.choice(("email-export", "web-paste", "screenshot"))
        return Asked(
            f"route:{word}", lambda m: any(self.record.captures[one][2] == word for one in m.captures), {"route"}
        )

    def kind(self) -> Asked:
        word = self.random.choice(("text", "system", "media", "deleted", "poll"))
        return Asked(f"kind:{word}", lambda m: m.kind == word, {"kind"})

    def event(self) -> Asked:
        word = self.random.choice(("added", "left", "created", "nothing"))
        return Asked(f"event:{word}", lambda m: m.event == word, {"event"})

    def date(self) -> Asked:
        some = self.random.choice(self.record.messages)
        written = next((w for w in (some.sent_at, some.earliest) if w and len(w) >= 10 and w > "0002"), "2026-03-05")
        period = written[: self.random.choice((4, 7, 10, 10, 16))]
        if len(period) == 16 > len(written):
            period = written[:10]
        first, last = filled_period(period, "0000-01-01T00:00:00"), filled_period(period, "9999-12-31T23:59:59")
        field = self.random.choice(("before", "after", "on"))
        mode = self.random.choice(("", "", "certainly:", "possibly:"))
        if field == "on" and mode and self.random.random() < 0.5:
            typed = mode + period
        else:
            typed = f"{mode}{field}:{period}"
        certainly = mode == "certainly:"

        def answer(m: Message) -> bool:
            if field == "before":
                return (m.latest if certainly else m.earliest) < first
            if field == "after":
                return (m.earliest if certainly else m.latest) > last
            if certainly:
                return m.earliest >= first and m.latest <= last
            return m.earliest <= last and m.latest >= first

        return Asked(typed, answer, {field, mode or "possibly:"})

    def has(self) -> Asked:
        return Asked("has:attachment", lambda m: m.kind == "media" or m.files > 0, {"has"})

    def state(self) -> Asked:
        word = self.random.choice(("edited", "deleted", "unsure"))

        def answer(m: Message) -> bool:
            if word == "edited":
                return m.edited
            if word == "deleted":
                return m.deleted
            return m.earliest[:16] != m.latest[:16] or any(score < 0.8 for score in m.scores)

        return Asked(f"is:{word}", answer, {word})


def filled_period(period: str, pattern: str) -> str:
    if len(period) == 7 and pattern.startswith("9"):
        import calendar

        days = calendar.monthrange(int(period[:4]), int(period[5:]))[1]
        return f"{period}-{days}T23:59:59"
    return period + pattern[len(period) :]


def minute(sent_at: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(sent_at[:16] + ":00+00:00").timestamp()) // 60


def moved(message: Message, names: set[str], typed: str) -> str:
    """``came``, ``went`` or nothing: what a system message says of someone who is called by one of the names."""
    if message.kind != "system" or message.event not in ("added", "joined", "left", "removed"):
        return ""
    text = message.text
    for verb in (" added ", " removed "):
        if message.event in ("added", "removed") and verb in text:
            text = text.split(verb, 1)[1]
    if not called(text, typed) and not any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names):
        return ""
    return "came" if message.event in ("added", "joined") else "went"
