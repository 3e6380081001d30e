"""Verify an archive as verify.md says: prints every fault, one a line, then what was not checked.
Exit code 0: nothing is wrong; 4: something is; 6: nothing is, but the archive is older than the receipt."""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sqlite3
import stat
import sys
import tomllib
from collections import Counter
from functools import partial, reduce
from itertools import groupby
from pathlib import Path

CHECKPOINT = re.compile(r"^(.+\n(0|[1-9]\d*)\n[A-Za-z0-9+/]{43}=\n)(?:\n((?:— .*\n)+))?", re.M)
EXCEPTED = "sqlite_.*|(idx_)?_sqlite_migrations(_migration_set_name)?|(messages|readings)_fts_(data|idx|config|docsize)"
MEMBERS = {"action": str, "at": str, "by": str, "detail": dict, "state": str, "tool": str}
TIME = re.compile("[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z")
H = partial(hashlib.new, "sha256")
raw = partial(str.encode, errors="surrogateescape")  # the bytes in the database, also where they are not UTF-8
compact = partial(json.dumps, ensure_ascii=False, sort_keys=True, separators=(",", ":"))  # as entries and rows are
# Ed25519 (RFC 8032, section 5.1): the field, the order of the base point, the curve's constant, a root of -1, the base.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT, BASE = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P), b"\x58" + b"\x66" * 31


def curve_point(data):
    """The point that 32 bytes encode, in extended coordinates; ValueError where they encode none."""
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        raise ValueError("not a point of the curve")
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def add(p, q):
    """The sum of two points."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    """A point added to itself so many times."""
    total = (0, 1, 1, 0)
    for bit in f"{scalar:b}":
        total = add(total, total)
        total = add(total, point) if bit == "1" else total
    return total


def check_signature(public, message, signature):
    """ValueError where the 64 bytes are not this key's Ed25519 signature of the message."""
    key, r, s = curve_point(public), curve_point(signature[:32]), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, curve_point(BASE)), add(r, times(k, key))
    if s >= L or any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1)):
        raise ValueError("the key's signature is not true")


def parse_key(text):
    """A public key as (name, number, the 32 bytes); ValueError where it is not one."""
    name, number, encoded = text.strip().split("+", 2)
    data = base64.b64decode(encoded, validate=True)
    if len(data) != 33 or data[0] != 1 or H(name.encode() + b"\n" + data).hexdigest()[:8] != number:
        raise ValueError("not an Ed25519 key, or its number is not that of its name and bytes")
    return name, bytes.fromhex(number), data[1:]


def whole(digits):
    """A whole number below 2^53; ValueError for any other (float, Infinity, NaN)."""
    if abs(int(digits)) >= 2**53:
        raise ValueError(f"{digits} is too large")
    return int(digits)


def keyed(salt, content):
    """The HMAC of bytes under a salt written in a column; ValueError where that does not hold 16 bytes."""
    if not re.fullmatch("[0-9a-f]{32}", salt or ""):
        raise ValueError("the salt is not 16 bytes in hexadecimal")
    return hmac.digest(bytes.fromhex(salt), content, "sha256")


class Verifier:
    """One verification: what is known of the archive, and what was found so far."""

    def __init__(self, folder, key):
        self.folder, self.key, self.identity, self.db = folder, key, None, None
        self.faults, self.unchecked, self.older = [], ["whether the record follows from the originals"], False
        self.entries, self.trees = [], []  # what each log entry says, {} where it cannot be read; see tree(), by size

    def need(self, true, fault):
        """Note a fault where something does not hold."""
        if not true:
            self.faults.append(fault)

    def guard(self, what, check, *args):
        """Make a check; whatever stops it is a fault, never a traceback."""
        try:
            check(*args)
        except Exception as error:  # noqa: BLE001 - damaged input may raise anything
            self.faults.append(f"{what}: {type(error).__name__}: {error}")

    def open(self):
        """Open the database read-only and keep to one state of it; read the settings (§1)."""
        uri = (self.folder / "archive.db").resolve().as_uri() + "?mode=ro"
        self.db = sqlite3.connect(uri, uri=True, isolation_level=None)
        self.db.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        self.rows = self.db.execute
        self.rows("BEGIN")
        table = tomllib.loads((self.folder / "archive.toml").read_text("utf-8"))["archive"]
        self.identity = table["identity"]
        if not self.key and "key" in table:
            self.key = parse_key(table["key"])
            self.unchecked.append("whose the key is: it was taken from archive.toml itself")

    def originals(self):
        """§1: each source has its file, and no other file is there."""
        top = self.folder / "originals"
        files = {path: path.lstat() for path in top.rglob("*") if path.relative_to(top).parts[0] != "incoming"}
        for sha256, size in self.rows("SELECT sha256, size FROM sources"):
            path = top / sha256[:2] / sha256[2:]
            self.guard(f"original {sha256}", self.original, path, files.pop(path, None), sha256, size)
        taken = {(info.st_dev, info.st_ino) for info in map(Path.lstat, top.glob("incoming/*"))}
        for path, info in files.items():
            fine = stat.S_ISDIR(info.st_mode) or (info.st_dev, info.st_ino) in taken
            self.need(fine, f"originals: {path.relative_to(top)} is no source's file")

    def original(self, path, info, sha256, size):
        """§1: one source's file."""
        if not info or not stat.S_ISREG(info.st_mode) or info.st_size != size:
            raise ValueError(f"there is no plain file of {size} bytes")
        with path.open("rb") as file:
            self.need(hashlib.file_digest(file, H).hexdigest() == sha256, f"original {sha256}: altered")

    def schema(self, path):
        """§2: the database holds exactly the schema's statements."""
        wanted = {part.strip().removesuffix(";") for part in path.read_text("utf-8").strip().split(";\n\n")}
        held = {sql for n, sql in self.rows("SELECT name, sql FROM sqlite_master") if not re.fullmatch(EXCEPTED, n)}
        self.faults += [f"schema: {'missing' if sql in wanted else 'not in it'}: {sql}" for sql in wanted ^ held]

    def integrity(self):
        """§2: SQLite finds the file whole, and every reference and word leads somewhere."""
        for pragma in ("integrity_check", "foreign_key_check"):
            self.faults += [f"{pragma}: {row}" for row in self.rows(f"PRAGMA {pragma}") if row != ("ok",)]
        lost = self.rows("SELECT id FROM messages WHERE sighting_id NOT IN (SELECT id FROM sighting_data)")
        self.faults += [f"messages: {row[0]} has a sighting_id that is no sighting's" for row in lost]
        copy = sqlite3.connect("")  # a temporary one, that can be asked what only a writer can
        self.db.backup(copy)
        for name in ("messages_fts", "readings_fts"):
            self.guard(name, copy.execute, f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")

    def tree(self, halves):
        """§3 and §6: root, frontier and checkpoint body of a log of these whole halves, (size, root) each."""
        roots = [root for _, root in halves] or [H().digest()]
        root = reduce(lambda right, left: H(b"\x01" + left + right).digest(), reversed(roots))
        body = f"{self.identity}\n{sum(size for size, _ in halves)}\n{base64.b64encode(root).decode()}\n"
        return root.hex(), b"".join(roots).hex(), body

    def log(self):
        """§3: the entries, their leaves, and the tree after each."""
        halves, self.trees = [], [self.tree([])]
        for count, (number, entry, leaf) in enumerate(self.rows("SELECT id, entry, leaf FROM log ORDER BY id"), 1):
            hashed = H(b"\x00" + raw(entry)).digest()
            self.need((number, leaf) == (count, hashed.hex()), f"log: entry {number}: wrong number or leaf")
            self.entries.append({})
            self.guard(f"log: entry {number}", self.entry, entry)
            halves.append((1, hashed))
            while len(halves) > 1 and halves[-1][0] == halves[-2][0]:
                size, right = halves.pop()
                halves[-1] = (2 * size, H(b"\x01" + halves[-1][1] + right).digest())
            self.trees.append(self.tree(halves))

    def entry(self, text):
        """§3: one entry's form; keeps what it says."""
        entry = json.loads(text, parse_int=whole, parse_float=whole, parse_constant=whole)
        kinds = {name: type(value) for name, value in entry.items()}
        if compact(entry).encode() != raw(text) or kinds != MEMBERS or not TIME.fullmatch(entry["at"]):
            raise ValueError("not in canonical form, or not with the members of an entry")
        self.entries[-1] = entry

    def checkpoints(self):
        """§3: one checkpoint for each entry, of its root and frontier."""
        found = self.rows("SELECT size, root, frontier, text FROM checkpoints ORDER BY size").fetchall()
        self.need([row[0] for row in found] == [*range(1, len(self.trees))], "checkpoints: not one for each entry")
        for row in found:
            self.guard(f"checkpoint {row[0]}", self.checkpoint, *row)

    def checkpoint(self, size, root, frontier, text):
        """§3 and §6: one checkpoint, its text and its signatures."""
        body, blank, signatures = text.partition("\n\n")
        tree = (root, frontier, body + blank[:1])
        if tree != self.trees[size] or text[-1] != "\n" or bool(blank) != bool(signatures):
            raise ValueError("it is not of this identity, size, root and frontier")
        self.signatures(self.trees[size][2], signatures.splitlines(), size == len(self.entries))

    def signatures(self, body, lines, needed):
        """§6: the signature lines below a body; those of the key must be true."""
        for line in lines:
            match = re.fullmatch(r"— (\S+) (\S+)", line)
            data = base64.b64decode(match[2], validate=True) if match else b""
            if len(data) != 68:
                raise ValueError(f"{line!r} is not a signature")
            if self.key and (match[1], data[:4]) == self.key[:2]:
                check_signature(self.key[2], body.encode(), data[4:])
                needed = False
        self.need(not (self.key and needed), f"the checkpoint does not bear the key's signature: {body}")

    def commitments(self):
        """§3: each act has its entry in the log, and each such entry its act."""
        query = "SELECT a.salt, s.sha256 FROM accession_sources a LEFT JOIN sources s ON s.id = a.source_id"
        acts = Counter(keyed(salt, raw(sha256 or "")).hex() for salt, sha256 in self.rows(query))
        decisions = Counter(str(row[0]) for row in self.rows("SELECT id FROM decisions"))
        for action, member, held in (("ingest", "commitment", acts), ("decide", "decision", decisions)):
            entries = [entry for entry in self.entries if entry.get("action") == action]
            logged = Counter(str(entry["detail"].get(member)) for entry in entries)
            self.faults += [f"{action}: {value} stands in one place only" for value in held - logged | logged - held]

    def seals(self):
        """§4 and §5: each table is as its seals say, and the last entry bears the state of them all."""
        state, sealed = b"", {}
        query = "SELECT name, part, block, row_count, salt, digest FROM seals ORDER BY CAST(name AS BLOB), part, block"
        for name, part, block, count, salt, digest in self.rows(query):
            sealed.setdefault(name, {})[part, block] = (count, salt, digest)
            state += raw(f"{name} {part} {block} " + ("-\n" if digest is None else f"{count} {digest}\n"))
        master = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL %'")
        tables = {name for (name,) in master if not re.fullmatch(EXCEPTED, name)} - {"log", "checkpoints", "seals"}
        for name in sorted(tables | sealed.keys()):
            self.need(name in tables, f"seals: {name} is no table that is sealed")
            self.guard(name, self.table, name, sealed.get(name, {}))
        last = self.entries[-1].get("state") if self.entries else H(state).hexdigest()
        self.need(last == H(state).hexdigest(), "seals: their state is not the one the last entry of the log bears")

    def table(self, name, seals):
        """§4 and §5: the blocks of one table against their seals."""
        quoted = '"' + name.replace('"', '""') + '"'
        columns = [('"' + c[1].replace('"', '""') + '"', c[2], c[5]) for c in self.rows(f"PRAGMA table_info({quoted})")]
        keys = [(column, kind) for column, kind, position in columns if position]
        place = f"0, {keys[0][0]} >> 10" if len(keys) == 1 and keys[0][1] == "INTEGER" else "0, 0"
        place = "chat_id, id >> 29" if name == "messages" else place
        values = [f"CAST({c} * 1000000000 AS INTEGER)" if kind == "REAL" else c for c, kind, _ in columns]
        query = f"SELECT {place}, {', '.join(values)} FROM {quoted} ORDER BY 1, 2, rowid"
        for at, group in groupby(self.rows(query), lambda row: row[:2]):
            self.need(self.entries or name == "match_rules", f"{name}: has rows, but the log is empty")
            self.guard(f"{name}: block {at}", self.block, name, at, seals.pop(at, ()), [compact(r[2:]) for r in group])
        for at, seal in seals.items():
            self.guard(f"{name}: block {at}", self.block, name, at, seal, [])

    def block(self, name, at, seal, rows):
        """§5: the rows of one block against its seal (row_count, salt, digest)."""
        if seal == (None, None, None):
            self.unchecked.append(f"{name}: block {at}: its {len(rows)} rows changed and wait to be sealed")
        elif not seal or (len(rows), keyed(seal[1], raw("\n".join(rows))).hex()) != (seal[0], seal[2]):
            raise ValueError(f"its {len(rows)} rows are not those sealed")

    def receipt(self, path):
        """§7: every checkpoint that stands in the receipt is of this archive's log."""
        text = path.read_text("utf-8-sig")
        if text.lstrip().startswith("{"):
            text = json.loads(text)["checkpoint"]
        found = CHECKPOINT.findall("".join(f"{line.strip()}\n" for line in text.splitlines()))
        self.need(found, "receipt: no checkpoint stands in it")
        for body, size, signatures in found:
            self.guard("receipt", self.signatures, body, signatures.splitlines(), True)
            older = int(size) > len(self.entries)
            same = body.startswith(f"{self.identity}\n") if older else body == self.trees[int(size)][2]
            self.need(same, f"receipt: its identity or root is not the archive's: {body}")
            self.older |= older


def main():
    parser = argparse.ArgumentParser(description="Verify an archive. Nothing is written to it.")
    parser.add_argument("folder", type=Path)
    for option, kind, name in (("against", Path, "RECEIPT"), ("key", parse_key, "VKEY"), ("schema", Path, "SQL")):
        parser.add_argument(f"--{option}", type=kind, metavar=name)
    parser.set_defaults(schema=Path(__file__).with_name("archive.sql"))
    args = parser.parse_args()
    verifier = Verifier(args.folder, args.key)
    for check in ("open", "originals", "integrity", "log", "checkpoints", "commitments", "seals"):
        verifier.guard(check, getattr(verifier, check))
    for path, check, what in ((args.schema, verifier.schema, "schema"), (args.against, verifier.receipt, "receipt")):
        verifier.guard(what, check, path) if path else verifier.unchecked.append(f"against a {what}: none was given")
    verifier.unchecked += ["signatures: no key"] * (not verifier.key)
    verifier.unchecked += ["what the log once held: the archive is OLDER than the receipt"] * verifier.older
    for text in verifier.faults + [f"not checked: {what}" for what in verifier.unchecked]:
        print("".join(c if c.isprintable() else ascii(c)[1:-1] for c in text))
    return 4 if verifier.faults else 6 if verifier.older else 0


if __name__ == "__main__":
    sys.exit(main())
