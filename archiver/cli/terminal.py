"""What is printed for people: nothing that a message contains may act on their terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_SHOWN = {code: chr(0x2400 + code) for code in range(32)}
_SHOWN |= {0x7F: "\N{SYMBOL FOR DELETE}"} | dict.fromkeys(range(0x80, 0xA0), "\N{REPLACEMENT CHARACTER}")
_SHOWN |= dict.fromkeys((0x61C, *range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "")
_SHOWN |= {0x2028: " ", 0x2029: " "}
del _SHOWN[0x0A]
_ONE_LINE = {**_SHOWN, 0x0A: " \N{RETURN SYMBOL} "}


def plain(text: str) -> str:
    """Text in which control characters are shown and not obeyed; line breaks stay.

    >>> plain("\\x1b[2Jgone")
    '\N{SYMBOL FOR ESCAPE}[2Jgone'
    """
    return text.translate(_SHOWN)


def one_line(text: str) -> str:
    """The same on one line."""
    return text.translate(_ONE_LINE)


def bold(text: str) -> str:
    """Text set off where standard output is a terminal that may be coloured."""
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        return f"\x1b[1m{text}\x1b[0m"
    return text


def print_json(shown: object, indent: int | None = 1) -> None:
    """One JSON object, in which what could act on a terminal is written as an escape: it reads back the same.

    ``indent`` None: on one line.
    """
    import json

    text = json.dumps(shown, ensure_ascii=False, indent=indent)
    print(text.translate({code: f"\\u{code:04x}" for code in _SHOWN if code > 0x1F}))


def caution(sentences: Iterable[str]) -> None:
    """Say on standard error what a person should put right; the work goes on."""
    for sentence in sentences:
        print(f"archive: {plain(sentence)}", file=sys.stderr)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number and its noun.

    >>> count(1, "message"), count(1200, "message")
    ('1 message', '1,200 messages')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


class Progress:
    """How far long work is, on standard error; nothing where that is no terminal."""

    def tell(self, name: str, done: int) -> None:
        """Say of which source, and how many messages so far."""

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to a question."""
        yield


class _Bar(Progress):
    def __init__(self, bar: Bar, title: str) -> None:
        self.bar, self.title = bar, title
        self.task = bar.add_task(title, total=None)

    def tell(self, name: str, done: int) -> None:
        self.bar.update(self.task, description=f"{self.title} {one_line(name)}", completed=done)

    @contextmanager
    def paused(self) -> Iterator[None]:
        self.bar.stop()
        yield
        self.bar.start()


@contextmanager
def progress(title: str, quiet: bool) -> Iterator[Progress]:
    """A bar while long work goes on, only where standard error is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),  # a file may be called [/bold]
        TextColumn("{task.completed:,}"),
        TimeElapsedColumn(),
    )
    with Bar(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        yield _Bar(bar, title)
