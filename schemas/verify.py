"""Verify an archive without the program that made it, as verify.md says, with Python's standard library alone."""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sqlite3
import sys
from collections import Counter
from pathlib import Path

FAULTS, NOTES = [], []
OF_SQLITE = re.compile("sqlite_|.*_sqlite_migrations|.*_fts_")


def fault(check, sentence):
    FAULTS.append(f"{check}: {''.join(c if c.isprintable() else '?' for c in sentence)}")


def sha(data):
    return hashlib.sha256(data).digest()


def commit(salt, text):
    key = bytes.fromhex(salt) if re.fullmatch("[0-9a-f]{32}", str(salt)) else b""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


P = 2**255 - 19  # from here on Ed25519, verifying only (RFC 8032, section 5.1)
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def point_of(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(public, message, signature):
    key, nonce = point_of(public), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or nonce is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(scalar, BASE), add(nonce, times(challenge, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


def grown(halves, size, leaf):
    halves = [*halves, leaf]
    while size & 1:
        last = halves.pop()
        halves[-1] = sha(b"\x01" + halves[-1] + last)
        size >>= 1
    return halves


def joined(halves):
    root = halves[-1] if halves else sha(b"")
    for half in reversed(halves[:-1]):
        root = sha(b"\x01" + half + root)
    return root


def key_of(vkey):
    name, number, encoded = vkey.strip().split("+", 2)
    blob = base64.b64decode(encoded, validate=True)
    if blob[:1] != b"\x01" or len(blob) != 33 or sha(name.encode() + b"\n" + blob)[:4].hex() != number:
        sys.exit(f"{vkey}: this is not a public key")
    return name, bytes.fromhex(number), blob[1:]


def signatures(key, body, lines):
    found = re.findall("^\u2014 (\\S+) ([A-Za-z0-9+/]{91}=)$", "\n".join(lines), re.M)
    blobs = [(name, base64.b64decode(encoded)) for name, encoded in found]
    by_key = [blob[4:] for name, blob in blobs if key and name == key[0] and blob[:4] == key[1]]
    return [signed(key[2], body.encode(), blob) for blob in by_key]


def check_log(run, identity, key):
    rows = run("SELECT id, entry, leaf FROM log ORDER BY id").fetchall()
    if [row[0] for row in rows] != list(range(1, len(rows) + 1)):
        fault("log", "the entries are not numbered from 1 without gaps")
    kept = {size: rest for size, *rest in run("SELECT size, root, frontier, text FROM checkpoints")}
    halves, vouched = [], 0
    for size, (_, entry, leaf) in enumerate(rows, 1):
        hashed = sha(b"\0" + entry.encode())
        halves = grown(halves, size - 1, hashed)
        if leaf != hashed.hex():
            fault("log", f"entry {size} does not have the hash that stands beside it")
        try:
            if canonical(json.loads(entry)) != entry:
                fault("log", f"entry {size} is not canonical JSON")
        except ValueError:
            fault("log", f"entry {size} is not JSON")
        root, frontier, text = kept.pop(size, ("", "", ""))
        body = f"{identity}\n{size}\n{base64.b64encode(joined(halves)).decode()}\n"
        lines = text[len(body) + 1 :].splitlines()
        if (root, frontier) != (joined(halves).hex(), b"".join(halves).hex()) or text not in (
            body, f"{body}\n" + "".join(f"{line}\n" for line in lines),
        ):  # fmt: skip
            fault("checkpoints", f"that of entry {size} is missing, or not that of the entries up to there")
        verdicts = signatures(key, body, lines)
        if False in verdicts:
            fault("signatures", f"that of {key[0]} on the checkpoint of entry {size} is false")
        vouched = size if True in verdicts else vouched
    if kept:
        fault("checkpoints", f"there are {len(kept)} of entries that the log does not have")
    if key and vouched < len(rows):
        fault("signatures", f"{key[0]} did not sign the newest checkpoint")
    return [entry for _, entry, _ in rows]


def check_commitments(run, entries):
    said = [one for one in map(parsed, entries) if one]
    logged = Counter(one["detail"].get("commitment") for one in said if one["action"] == "ingest")
    for salt, digest in run("SELECT x.salt, s.sha256 FROM accession_sources x LEFT JOIN sources s ON s.id = source_id"):
        logged[commit(salt, digest or "")] -= 1
    for count in logged.values():
        if count:
            fault("commitments", "a source handed over has no entry in the log, or an entry no source")
    decided = {one["detail"].get("decision") for one in said if one["action"] == "decide"}
    if decided != {row[0] for row in run("SELECT id FROM decisions")}:
        fault("commitments", "the decisions are not those of the log")


def parsed(entry):
    try:
        said = json.loads(entry)
    except ValueError:
        return None
    return said if isinstance(said, dict) and isinstance(said.get("detail"), dict) and "action" in said else None


def check_rows(run, entries):
    made = run("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'").fetchall()
    apart = ("log", "checkpoints", "seals")
    tables, there = [name for (name,) in made if not OF_SQLITE.match(name) and name not in apart], {}
    for name in tables:
        columns = run(f"PRAGMA table_info({name})").fetchall()
        numbered = any(column[5] == 1 and column[2] == "INTEGER" for column in columns)
        real = [column[2] == "REAL" for column in columns]
        fields = ", ".join(column[1] for column in columns)
        for rowid, part, *row in run(
            f"SELECT rowid, {'chat_id' if name == 'messages' else 0}, {fields} FROM {name} ORDER BY rowid"
        ):
            block = (rowid >> (29 if name == "messages" else 10)) if numbered else 0
            values = [int(v * 1000000000) if r and v is not None else v for v, r in zip(row, real, strict=True)]
            there.setdefault((name, part, block), []).append(canonical(values))
    state = hashlib.sha256()
    for name, part, block, count, salt, digest in run("SELECT * FROM seals ORDER BY name, part, block"):
        state.update(f"{name} {part} {block} {'-' if digest is None else f'{count} {digest}'}\n".encode())
        lines = there.pop((name, part, block), [])
        if name not in tables:
            fault("rows", f"there is a seal of {name}, which is no table")
        elif digest is None:
            NOTES.append(f"{len(lines):,} rows of {name} wait to be sealed")
        elif len(lines) != count:
            fault("rows", f"block {part}/{block} of {name} has {len(lines)} rows; {count} were sealed")
        elif commit(salt, "\n".join(lines)) != digest:
            fault("rows", f"block {part}/{block} of {name} is not as it was sealed")
    for name, part, block in there:
        if entries or name != "match_rules":
            fault("rows", f"block {part}/{block} of {name} was never sealed")
    if entries and (parsed(entries[-1]) or {}).get("state") != state.hexdigest():
        fault("state", "the seals are not those that the last entry of the log names")


def check_database(connection, schema):
    run = connection.execute
    rows = run("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    here = {sql for name, sql in rows if not OF_SQLITE.match(name)}
    for sql in sorted(here ^ {one.rstrip(";\n") for one in schema.split(";\n\n")}):
        fault("schema", f"missing, changed or added: {' '.join(sql.split())[:70]}")
    for (line,) in run("PRAGMA integrity_check"):
        if line != "ok":
            fault("integrity", str(line))
    for table, rowid, parent, _ in run("PRAGMA foreign_key_check"):
        fault("keys", f"row {rowid} of {table} names a row of {parent} that is not there")
    for (number,) in run("SELECT id FROM messages WHERE sighting_id NOT IN (SELECT id FROM sighting_data)"):
        fault("keys", f"message {number} has no sighting")
    copy = sqlite3.connect("")
    connection.backup(copy)
    for name in ("messages_fts", "readings_fts"):
        try:
            copy.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError:
            fault("search", f"{name} does not hold the words of its table")


def check_originals(run, folder):
    expected = set()
    for name, digest, size in run("SELECT name, sha256, size FROM sources"):
        path = folder / digest[:2] / digest[2:]
        expected.add(path)
        if path.is_symlink() or not path.is_file() or path.stat().st_size != size:
            fault("originals", f"{name} ({digest}) is missing or has another size")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            fault("bytes", f"{name} ({digest}) is not the bytes that were taken")
    incoming = folder / "incoming"
    received = {path.lstat().st_ino for path in incoming.glob("*")}
    for path in folder.rglob("*"):
        if path in expected or path.parent == incoming or (path.is_dir() and not path.is_symlink()):
            continue
        if path.lstat().st_ino not in received:
            fault("originals", f"no source has the file {path.relative_to(folder)}")


def check_receipt(text, identity, entries, key):
    older, halves, roots = False, [], [sha(b"")]
    for size, entry in enumerate(entries):
        halves = grown(halves, size, sha(b"\0" + entry.encode()))
        roots.append(joined(halves))
    if text.lstrip().startswith("{"):
        text = json.loads(text)["checkpoint"]
    lines = [line.strip() for line in text.splitlines()]
    found = [at for at in range(1, len(lines) - 1)
             if re.fullmatch("[0-9]+", lines[at]) and re.fullmatch("[A-Za-z0-9+/]{43}=", lines[at + 1])]  # fmt: skip
    for at in found:
        size, root = int(lines[at]), base64.b64decode(lines[at + 1])
        if lines[at - 1] != identity:
            fault("receipt", f"it is of another archive, {lines[at - 1]}")
        elif size >= len(roots):
            older = True
        elif roots[size] != root:
            fault("receipt", f"the first {size} entries of the log are not those that it proves")
        if key and signatures(key, "\n".join([*lines[at - 1 : at + 2], ""]), lines[at + 2 :]) != [True]:
            fault("receipt", f"{key[0]} did not sign it")
    if not found:
        sys.exit("there is no checkpoint on the receipt")
    return older


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--key", type=key_of)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--schema", type=Path, default=Path(__file__).with_name("archive.sql"))
    said = parser.parse_args()
    identity = re.search(r'^identity\s*=\s*"([^"]+)"', (said.archive / "archive.toml").read_text("utf-8"), re.M)[1]
    connection = sqlite3.connect(f"{(said.archive / 'archive.db').absolute().as_uri()}?mode=ro", uri=True)
    run, entries = connection.execute, []
    try:
        run("BEGIN")
        check_database(connection, said.schema.read_text("utf-8"))
        entries = check_log(run, identity, said.key)
        check_originals(run, said.archive / "originals")
        check_commitments(run, entries)
        check_rows(run, entries)
    except sqlite3.DatabaseError as error:
        fault("database", f"SQLite cannot read it: {error}")
    older = said.against and check_receipt(said.against.read_text("utf-8"), identity, entries, said.key)
    end = f"{len(FAULTS)} faults; {len(entries)} entries in the log{'; older than the receipt' if older else ''}"
    print(*(f"FAULT  {line}" for line in FAULTS), *(f"not checked: {line}" for line in NOTES), end, sep="\n")
    return 4 if FAULTS else 6 if older else 0


if __name__ == "__main__":
    sys.exit(main())
