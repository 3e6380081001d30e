"""Throw mutated texts at the readers, led by the code they reach: `just fuzz`, or `just fuzz 60` for a minute.

Holds: nothing is raised but Refused, nothing hangs (10 s), each physical line belongs to one sighting or one finding,
and what was read is the same when read again. Starts from the texts of fixtures/text. Needs atheris (PyPI).
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent.parent))
with atheris.instrument_imports(include=["archiver"]):
    from archiver.errors import Refused
    from archiver.model import Bundle, Member, ReadingOptions
    from archiver.reading.dialects.decode import decoded
    from archiver.reading.routes import text

FIXTURES = Path(__file__).parent.parent.parent / "fixtures" / "text"
NAMES = ("WhatsApp Chat with Courts.txt", "_chat.txt", "notes.txt")
TOKENS = (
    *(
        "\\x0d\\x0a",
        "\\x0a",
        "\\xe2\\x80\\x8e",
        "\\xe2\\x80\\x8f",
        "\\xe2\\x80\\xaf",
        "\\xef\\xbb\\xbf",
        "\\xff\\xfe",
        ": ",
    ),
    *(
        "31/02/2024, 10:00 - ",
        "04/03/2024, 08:58 - ",
        "[04/03/2024, 08:58:00] ",
        "[08:58, 04/03/2024] ",
        "9 Oct 09:09 - ",
    ),
    *(
        "09:09, 9 Oct 2015 - ",
        "27.01.14 23:38:13: ",
        " joined using this group's invite link",
        "<Media omitted>",
        "<attached: ",
    ),
    *(
        " (file attached)",
        "<This message was edited>",
        "POLL:",
        "OPTION: a (1 vote)",
        "https://foursquare.com/v/",
        " added ",
    ),
    *("Messages and calls are end-to-end encrypted", "This message was deleted", "Missed voice call"),
)


def one_input(data: bytes) -> None:
    """Read one text twice; the first byte says under which name it was handed over."""
    if not data:
        return
    name, content = NAMES[data[0] % len(NAMES)], data[1:]
    main = Member(name, "text/plain", len(content), lambda: io.BytesIO(content))
    try:
        reading = text.read(Bundle(main, (), (name,), ()), ReadingOptions())
        batches = list(reading.batches())
    except Refused:
        return
    spans = [(s.line, s.lines) for batch in batches for s in batch.sightings]
    spans += [(f.line, f.lines) for batch in batches for f in batch.findings if f.word == "blank-lines"]
    covered = sorted(n for line, lines in spans for n in range(line, line + lines))
    whole = "".join(decoded(io.BytesIO(content), reading.dialect.rsplit(" ", 1)[-1]))
    lines = whole.count("\n") + (not whole.endswith("\n"))
    if covered != list(range(1, lines + 1)):
        raise AssertionError(f"{lines} lines, but {len(covered)} are covered")
    if list(reading.batches()) != batches:
        raise AssertionError("read twice, told twice")


def seeds(folder: Path) -> None:
    """One file a text: the bare ones, and those in zips."""
    for number, path in enumerate(sorted(FIXTURES.glob("*/*"))):
        if path.suffix == ".txt":
            (folder / f"{number}").write_bytes(b"\0" + path.read_bytes()[:4096])
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as held:
                for name in held.namelist():
                    if name.endswith(".txt") and ".." not in name:
                        (folder / f"{number}-zip").write_bytes(b"\1" + held.read(name)[:4096])


def main() -> None:
    seconds = sys.argv[1] if len(sys.argv) > 1 else "600"
    with tempfile.TemporaryDirectory() as folder:
        corpus, tokens = Path(folder, "corpus"), Path(folder, "tokens")
        corpus.mkdir()
        seeds(corpus)
        tokens.write_text("".join('"{}"\n'.format(token.replace('"', '\\"')) for token in TOKENS), "utf-8")
        found = Path(tempfile.gettempdir(), "archiver-fuzz-found")
        found.mkdir(exist_ok=True)
        options = [
            f"-max_total_time={seconds}",
            "-timeout=10",
            "-max_len=8192",
            f"-dict={tokens}",
            f"-artifact_prefix={found}/",
        ]
        atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", str(corpus)], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
