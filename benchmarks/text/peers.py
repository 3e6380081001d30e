"""Which texts other readers get right: a table in Markdown, messages equal in time, sender and text.

Peers: whatstk and chat-miner (PyPI), whatsapp-chat-parser (npm), each put into a temporary environment outside the
project, or found in the one given. They get the chat's text as a file, taken out of its zip or email, for none of them
opens emails. Not held against anybody: newest first, line breaks at the end, direction marks and odd spaces, the marker
of an edited message, seconds that are shown as 00, and how a system message's missing sender is told.

    python benchmarks/text/peers.py [FOLDER]
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

Message = tuple[str | None, str | None, str]

WHATSTK = """
import json, sys, warnings
warnings.filterwarnings("ignore")
from whatstk.whatsapp.parser import df_from_whatsapp
for path in sys.argv[1:]:
    try:
        rows = df_from_whatsapp(path).to_dict("records")
        told = [[str(r["date"]).replace(" ", "T"), r["username"], r["message"]] for r in rows]
    except Exception:
        told = None
    print(json.dumps(told))
"""
CHAT_MINER = """
import json, logging, sys
logging.disable(logging.CRITICAL)
from chatminer.chatparsers import WhatsAppParser
for path in sys.argv[1:]:
    try:
        parser = WhatsAppParser(path)
        parser.parse_file()
        told = [[m.timestamp.isoformat(), m.author, m.message] for m in parser.parsed_messages._parsed_messages]
    except Exception:
        told = None
    print(json.dumps(told))
"""
CHAT_PARSER = """
import { parseString } from "whatsapp-chat-parser";
import { readFileSync } from "fs";
const pad = (n) => String(n).padStart(2, "0");
const day = (d) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
const when = (d) => `${day(d)}T${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;
for (const path of process.argv.slice(2)) {
  let told = null;
  try {
    const rows = parseString(readFileSync(path, "utf8").replace(/^\\ufeff/, ""));
    told = rows.map((m) => [when(m.date), m.author, m.message]);
  } catch {}
  console.log(JSON.stringify(told));
}
"""
SYSTEM = {None, "", "system", "System"}
"""How peers name the sender of a system message."""


def cases() -> list[tuple[str, Path, list[Message]]]:
    """Name, the one file of a case, and its messages, for each case that is no refusal."""
    found = []
    for expected in sorted(ROOT.glob("fixtures/text/*/expected.json")):
        told = json.loads(expected.read_text("utf-8"))
        if "error" in told:
            continue
        [path] = [p for p in expected.parent.iterdir() if p.name not in ("expected.json", "case.toml")]
        messages = [m for chat in told.get("chats", [told]) for m in chat["messages"]]
        found.append((expected.parent.name, path, [(m["sent_at"], m["sender"], m["text"]) for m in messages]))
    return found


def texts_of(path: Path, folder: Path) -> list[Path]:
    """The chat texts of a source, as files that a peer can open; their bytes are as they were."""
    from archiver.reading.detect import open_source
    from archiver.reading.dialects import is_chat

    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for number, bundle in enumerate(open_source(path, sha256="", size=path.stat().st_size, is_chat=is_chat).bundles):
        out.append(folder / f"{number}.txt")
        with bundle.main.open() as stream:
            out[-1].write_bytes(stream.read())
    return out


def ours(path: Path) -> list[Message]:
    from archiver.model import ReadingOptions
    from archiver.reading.detect import open_source
    from archiver.reading.dialects import is_chat
    from archiver.reading.routes import read_bundle

    source = open_source(path, sha256="", size=path.stat().st_size, is_chat=is_chat)
    readings = [read_bundle(bundle, ReadingOptions()) for bundle in source.bundles]
    return [(s.sent_at, s.sender, s.text) for r in readings for batch in r.batches() for s in batch.sightings]


def theirs(command: list[str], texts: list[list[Path]]) -> list[list[Message] | None]:
    """What a peer reads of each case's texts; None where it stops."""
    paths = [str(path) for several in texts for path in several]
    done = subprocess.run([*command, *paths], capture_output=True, text=True, check=True, timeout=600)
    answers = iter([json.loads(line) for line in done.stdout.split("\n") if line.startswith(("[", "null"))])
    told = [[next(answers) for _ in several] for several in texts]
    return [None if None in several else [tuple(row) for rows in several for row in rows] for several in told]


MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
SPACES = re.compile("[\xa0\u2009\u202f]")
EDITED = re.compile(" ?<(?:This message was edited|Diese Nachricht wurde bearbeitet|Se editó este mensaje\\.)>$")


def plain(words: str | None) -> str:
    """Without what is not held against anybody."""
    return EDITED.sub("", SPACES.sub(" ", MARKS.sub("", words or "")).replace("\r\n", "\n").rstrip("\n"))


def equal(told: list[Message] | None, expected: list[Message]) -> bool:
    """Whether a reading is the expected one, the one way round or the other."""
    if told is None or len(told) != len(expected):
        return False
    return any(all(map(same, order, expected)) for order in (told, told[::-1]))


def same(told: Message, expected: Message) -> bool:
    (when, who, what), (sent, sender, text) = told, expected
    if sent is not None and not (when or "").startswith(sent):
        return False
    return plain(what) == plain(text) and (plain(who) == plain(sender) or (sender is None and who in SYSTEM))


def peers(folder: Path) -> dict[str, list[str]]:
    """The command that runs each peer, from an environment in a folder outside the project."""
    python = folder / "v" / "bin" / "python"
    if not python.exists():
        venv.create(folder / "v", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "whatstk", "chat-miner"], check=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, "whatsapp-chat-parser"], check=True)
    for name, program in (("whatstk.py", WHATSTK), ("miner.py", CHAT_MINER), ("parser.mjs", CHAT_PARSER)):
        (folder / f"read-{name}").write_text(program, "utf-8")
    return {
        "whatstk": [str(python), str(folder / "read-whatstk.py")],
        "chat-miner": [str(python), str(folder / "read-miner.py")],
        "whatsapp-chat-parser": ["node", str(folder / "read-parser.mjs")],
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else made).resolve()
        commands = peers(folder)
        several = cases()
        texts = [texts_of(path, Path(made, name)) for name, path, _ in several]
        told: dict[str, list[list[Message] | None]] = {"this": [ours(path) for _, path, _ in several]}
        told |= {name: theirs(command, texts) for name, command in commands.items()}
    print(f"| case | {' | '.join(told)} |\n| --- |{' --- |' * len(told)}")
    passed = dict.fromkeys(told, 0)
    for number, (case, _, expected) in enumerate(several):
        right = {name: equal(read[number], expected) for name, read in told.items()}
        passed = {name: passed[name] + right[name] for name in told}
        marks = ("yes" if right[name] else "stops" if read[number] is None else "no" for name, read in told.items())
        print(f"| {case} | {' | '.join(marks)} |")
    print(f"| **of {len(several)}** | {' | '.join(f'**{count}**' for count in passed.values())} |")


if __name__ == "__main__":
    main()
