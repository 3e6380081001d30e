"""Reading on other machines: the same record to the byte, whoever reads and whatever dies on the way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.cluster import there, travel
from archiver.errors import ArchiverError, Refused
from archiver.model import Batch, Bundle, Dated, Finding, Member, Reading, ReadingOptions, Sighting
from archiver.reading.detect import open_source
from archiver.reading.dialects import is_chat
from archiver.reading.routes import read_bundle
from tests.making import FIXTURES, android, archive, rows

PICTURES = [FIXTURES / "screens" / f"dev{number:02}.png" for number in (1, 2, 6, 8)]
OURS = {
    "_sqlite_migrations": ("applied_at",),
    "accessions": ("ingested_at",),
    "captures": ("ingested_at",),
    "accession_sources": ("salt", "at"),
    "log": ("entry", "leaf"),
    "checkpoints": ("root", "frontier", "text"),
    "seals": ("salt", "digest"),
}
"""Columns in which our own clock or chance stands: they differ from one ingest to the next, on one machine too."""


def dump(record: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of our own, without what differs between any two ingests."""
    tables = [str(name) for (name,) in rows(record, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    shown = {}
    for table in tables:
        columns = [str(name) for _, name, *_ in rows(record, f"PRAGMA table_info('{table}')")]
        names = [f'"{name}"' for name in columns if name not in OURS.get(table, ())]
        shown[table] = sorted(rows(record, f'SELECT {", ".join(names)} FROM "{table}"'), key=repr)
    return shown


def test_the_dump_sees_one_other_character(tmp_path: Path) -> None:
    """The comparison that the other tests rest on can fail."""
    dumps = []
    for name, words in (("one", "Morning"), ("two", "Morninf")):
        chat = tmp_path / name / "WhatsApp Chat with Budget.txt"
        chat.parent.mkdir()
        chat.write_bytes(android([("13/03/2026, 09:00", "Alex Black (MOJ)", words)] * 2))
        archive("ingest", chat, "--captured", "2026-03-20", archive=tmp_path / f"record-{name}")
        dumps.append(dump(tmp_path / f"record-{name}"))
    assert dumps[0]["messages"] != dumps[1]["messages"]
    assert dumps[0]["chats"] == dumps[1]["chats"]


class Cluster:
    """A scheduler and workers on this machine, each a process of its own."""

    def __init__(self, folder: Path, *trust: str) -> None:
        self.folder, self.trust = folder, trust
        self.file = folder / "scheduler.json"
        self.log = (folder / "cluster.log").open("w")
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self.file),
            "--protocol", "tls" if trust else "tcp",
        )  # fmt: skip
        self.workers: list[subprocess.Popen[bytes]] = []

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        quiet = ("--dashboard-address", "127.0.0.1:0", "--no-dashboard")
        command = [sys.executable, "-m", "dask", *arguments, *quiet, *self.trust]
        return subprocess.Popen(command, cwd=self.folder, stdout=self.log, stderr=self.log)

    @property
    def address(self) -> str:
        wait_for(self.file.is_file)
        return str(json.loads(self.file.read_text())["address"])

    def add_worker(self) -> None:
        name = f"w{len(self.workers)}"
        alone = ("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--memory-limit", "0")
        place = ("--name", name, "--local-directory", str(self.folder / name))
        self.workers.append(self._start("worker", self.address, *place, *alone))

    def said(self) -> str:
        return (self.folder / "cluster.log").read_text()

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
        for process in (*self.workers, self.scheduler):
            process.wait()
        self.log.close()


def wait_for(happened: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def cluster(folder: Path, workers: int, *trust: str) -> Iterator[Cluster]:
    folder.mkdir()
    with closing(Cluster(folder, *trust)) as started:
        for _ in range(workers):
            started.add_worker()
        yield started


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A text large enough to be sent, a small one, a picture that shows no chat, and screenshots."""
    folder = tmp_path_factory.mktemp("handed over")
    minutes = [
        f"{day:02}/03/2026, {hour:02}:{minute:02}" for day in (2, 3) for hour in range(24) for minute in range(60)
    ]
    words = ["Ok", "Morning all", "The minister's figures: £2.9bn", "🙂 çà et là", "two\nlines", "<Media omitted>"]
    people = ["Alex Black (MOJ)", "Priya Shah (HMT)", None, "Sam Reed (DfE)"]
    notice = 'Alex Black (MOJ) created group "Budget"'
    lines = [
        (when, people[at % 4], f"{words[at % 6]} {at} {'and so on ' * (at % 70)}" if people[at % 4] else notice)
        for at, when in enumerate(minutes)
    ]
    (folder / "WhatsApp Chat with Budget.txt").write_bytes(android(lines))
    (folder / "WhatsApp Chat with Small.txt").write_bytes(android(lines[:9]))
    (folder / "blank.png").write_bytes((FIXTURES / "screens" / "dev01.png").read_bytes()[:2000])
    for picture in PICTURES:
        shutil.copy(picture, folder)
    return folder


@pytest.fixture(scope="module")
def read_here(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record as this machine alone makes it."""
    record = tmp_path_factory.mktemp("here") / "record"
    done = archive("ingest", sources, "--captured", "2026-03-12", "--json", archive=record)
    assert json.loads(done.stdout)["schema"]
    return record


def test_workers_make_the_same_record_though_one_is_killed_midway(
    sources: Path, read_here: Path, tmp_path: Path
) -> None:
    """Whatever a dead worker had at hand is read by another; the record is the same to the byte."""
    record = tmp_path / "record"
    with cluster(tmp_path / "cluster", 2) as running:
        command = [sys.executable, "-m", "archiver", "ingest", sources, "--captured", "2026-03-12", "--json"]
        ingest = subprocess.Popen(
            [*map(str, command), "--archive", str(record), "--cluster", running.address],
            stdout=subprocess.PIPE,
            text=True,
        )
        # The first picture is recorded, so both workers are at the next ones.
        taken = "SELECT count(*) FROM captures WHERE route = 'screenshot'"
        wait_for(lambda: (record / "archive.db").is_file() and rows(record, taken)[0][0] != 0)
        running.workers[0].send_signal(signal.SIGKILL)
        told, _ = ingest.communicate(timeout=120)
        assert ingest.returncode == 1  # for the picture that is cut off
        assert running.workers[1].poll() is None
        assert "Remove worker" in running.said() or "Removing worker" in running.said()
    refused = [one for one in json.loads(told)["sources"] if one["outcome"] == "refused"]
    assert [(one["source"], one["error"]) for one in refused] == [("blank.png", "broken-picture")]
    assert dump(record) == dump(read_here)


def test_a_cluster_of_certificates_and_one_whose_scheduler_ends(sources: Path, read_here: Path, tmp_path: Path) -> None:
    """Over TLS the record is the same; where the scheduler dies, what is not read is refused and comes next time."""
    trust = certificates(tmp_path)
    files = ("--cluster-ca", trust["ca.pem"], "--cluster-cert", trust["own.pem"], "--cluster-key", trust["own.key"])
    both = ("--tls-ca-file", trust["ca.pem"], "--tls-cert", trust["own.pem"], "--tls-key", trust["own.key"])
    record, broken = tmp_path / "record", tmp_path / "broken off"
    few = [sources / "WhatsApp Chat with Budget.txt"]
    with cluster(tmp_path / "cluster", 1, *map(str, both)) as running:
        assert running.address.startswith("tls://127.0.0.1:")
        stranger = certificates(tmp_path / "stranger")
        strange = (
            "--cluster-ca",
            trust["ca.pem"],
            "--cluster-cert",
            stranger["own.pem"],
            "--cluster-key",
            stranger["own.key"],
        )
        refused = archive("ingest", *few, "--cluster", running.address, *strange, archive=tmp_path / "none")
        assert refused.returncode == 1
        assert "no scheduler answers there" in refused.stderr
        assert not (tmp_path / "none").exists()
        command = ("ingest", *few, "--captured", "2026-03-12", "--cluster", running.address, *files)
        assert archive(*command, archive=record).returncode in (0, 3)
        later = subprocess.Popen(
            [sys.executable, "-m", "archiver", *map(str, (*command, *PICTURES, "--json", "--archive", broken))],
            stdout=subprocess.PIPE,
            text=True,
        )
        wait_for(
            lambda: running.said().count("Starting established connection") > 0 and (broken / "archive.db").exists()
        )
        running.scheduler.kill()
        told = json.loads(later.communicate(timeout=110)[0])
        assert later.returncode == 1
        assert "repeat the command" in told["sources"][-1]["detail"]
    here = tmp_path / "here"
    archive("ingest", *few, "--captured", "2026-03-12", archive=here)
    assert dump(record) == dump(here)
    again = archive("ingest", *few, PICTURES[0], "--captured", "2026-03-12", archive=broken)
    assert again.returncode in (0, 3)
    assert rows(broken, "SELECT name FROM sources ORDER BY id") == [(few[0].name,), ("dev01.png",)]


def certificates(folder: Path) -> dict[str, Path]:
    """An authority of its own, and one certificate that it signed."""
    folder.mkdir(exist_ok=True)
    fresh = ["-nodes", "-newkey", "rsa:2048", "-subj"]
    made = {name: folder / name for name in ("ca.pem", "ca.key", "own.pem", "own.key", "own.csr")}
    for arguments in (
        ["req", "-x509", *fresh, "/CN=authority", "-days", "2", "-keyout", made["ca.key"], "-out", made["ca.pem"]],
        ["req", *fresh, "/CN=machine", "-keyout", made["own.key"], "-out", made["own.csr"]],
        ["x509", "-req", "-in", made["own.csr"], "-CA", made["ca.pem"], "-CAkey", made["ca.key"], "-CAcreateserial",
         "-days", "2", "-out", made["own.pem"]],
    ):  # fmt: skip
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
    return made


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cluster", "scheduler.example:8786"], "write it as tcp://HOST:PORT"),
        (["--cluster", "http://127.0.0.1:8786"], "write it as tcp://HOST:PORT"),
        (["--cluster", "tcp://192.0.2.1:8786"], "without TLS anyone between could read the messages"),
        (["--cluster", "tls://192.0.2.1:8786"], "--cluster-ca: TLS needs this file"),
        (["--cluster", "tcp://127.0.0.1:8786", "--cluster-ca", "ca.pem"], "write it as tls://HOST:PORT"),
        (["--cluster-in-clear"], "name it with --cluster"),
    ],
)
def test_a_cluster_that_cannot_be_meant_is_refused_before_anything_is_done(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    done = archive("ingest", FIXTURES / "screens", *arguments, archive=tmp_path / "record")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "record").exists()


def test_no_scheduler_is_one_sentence(tmp_path: Path) -> None:
    done = archive("ingest", FIXTURES / "screens", "--cluster", "tcp://127.0.0.1:9", archive=tmp_path / "record")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "tcp://127.0.0.1:9: no scheduler answers there" in done.stderr
    assert not (tmp_path / "record").exists()


def test_without_a_cluster_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    """What is not there cannot connect."""
    program = (
        "import atexit, sys; from archiver.cli import main;"
        "atexit.register(lambda: print('loaded:', *sorted({'distributed', 'socket', 'tornado'} & set(sys.modules))));"
        f"sys.argv = ['archive', 'ingest', {str(PICTURES[0])!r}, '--captured', '2026-03-12', '--quiet',"
        f" '--archive', {str(tmp_path / 'record')!r}]; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip().removeprefix("loaded:").split() in ([], ["socket"]), done.stderr


# ---- what travels

TEXT = st.text(alphabet=st.characters(), max_size=20)
MAYBE = st.none() | TEXT
COUNT = st.none() | st.integers(1)
KINDS = st.sampled_from(["text", "system", "media"])
SIGHTINGS = st.tuples(MAYBE, MAYBE, KINDS, TEXT, st.booleans(), MAYBE, COUNT, COUNT, MAYBE, MAYBE, MAYBE)
FINDINGS = st.tuples(TEXT, TEXT, COUNT, COUNT)
BATCHES = st.lists(
    st.builds(
        Batch,
        st.lists(SIGHTINGS.map(lambda one: Sighting(*one)), max_size=4),
        st.lists(FINDINGS.map(lambda one: Finding(*one)), max_size=2),
    ),
    max_size=3,
)
DATES = st.none() | st.datetimes().map(lambda when: Dated(when, "noted", "said", False))


@settings(max_examples=40)
@given(BATCHES, MAYBE, DATES)
def test_a_reading_comes_back_as_it_was_read(batches: list[Batch], chat: str | None, captured: Dated | None) -> None:
    """Whatever characters stand in it; and it can be walked through twice."""
    bundle = Bundle(Member("chat.txt", "text/plain", 3, Path("/dev/null").open), (), (), ())  # type: ignore[arg-type]
    read = Reading(chat, "email-export", captured, "chat.txt", "text/1", "dmy", "told", lambda: iter(batches))
    back = travel.reading_of(travel.answer_of("me", bundle, read), "me", bundle)
    assert plain(back) == plain(back) == plain(read)
    assert replace(back, batches=read.batches) == read


def plain(reading: Reading) -> list[tuple[list[Sighting], list[Finding]]]:
    return [(list(batch.sightings), list(batch.findings)) for batch in reading.batches()]


def a_picture(tmp_path: Path) -> Bundle:
    path = tmp_path / "dev01.png"
    shutil.copy(PICTURES[0], path)
    os.utime(path, (0, 0))
    return open_source(path, sha256="", size=path.stat().st_size, is_chat=is_chat).bundles[0]


def test_an_order_arrives_as_it_was_given(tmp_path: Path) -> None:
    bundle = a_picture(tmp_path)
    options = ReadingOptions(
        "Budget", Dated(datetime(2026, 3, 12), "noted", "said", False), custodian="Alex Black (MOJ)"
    )
    arrived, said = travel.opened(*travel.order_of(bundle, options))
    assert said == options
    assert (arrived.main.name, arrived.names, arrived.dates, arrived.picture) == (
        bundle.main.name, bundle.names, bundle.dates, True,
    )  # fmt: skip
    with arrived.main.open() as stream:
        assert stream.read() == PICTURES[0].read_bytes()


def test_other_bytes_than_were_sent_are_not_read(tmp_path: Path) -> None:
    bundle = a_picture(tmp_path)
    head, content = travel.order_of(bundle, ReadingOptions())
    answer = there.read(head, content[:-1] + b"?", "eng")
    with pytest.raises(ArchiverError, match="other bytes than were sent"):
        travel.reading_of(answer, there.about("eng"), bundle)


def test_a_worker_with_other_programs_is_not_believed(tmp_path: Path) -> None:
    """A reading by another version would make another record than the one said to be made."""
    bundle = a_picture(tmp_path)
    answer = there.read(*travel.order_of(bundle, ReadingOptions()), "eng")
    assert travel.reading_of(answer, there.about("eng"), bundle).member == "dev01.png"
    with pytest.raises(ArchiverError, match="reads with other programs"):
        travel.reading_of(answer, "archiver 0.0", bundle)


def test_a_refusal_and_a_fault_travel_as_sentences_without_words_of_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = replace(a_picture(tmp_path), picture=True)
    head, _ = travel.order_of(bundle, ReadingOptions())
    told = json.loads(head)
    cut = PICTURES[0].read_bytes()[:2000]
    told["sha256"] = travel.hashlib.sha256(cut).hexdigest()
    with pytest.raises(Refused) as refused:
        travel.reading_of(there.read(json.dumps(told).encode(), cut, "eng"), there.about("eng"), bundle)
    assert refused.value.word == "broken-picture"

    def broken(*_: object) -> Reading:
        raise ValueError("the words of a message")

    monkeypatch.setattr(there, "read_bundle", broken)
    answer = there.read(*travel.order_of(bundle, ReadingOptions()), "eng")
    assert b"the words" not in b"".join(answer)
    with pytest.raises(ArchiverError, match=r"a fault of the program on a worker \(ValueError in test_cluster.py"):
        travel.reading_of(answer, there.about("eng"), bundle)


def test_a_text_is_read_there_as_it_is_here(sources: Path) -> None:
    """Every sighting and finding of a text, and what its head says."""
    path = sources / "WhatsApp Chat with Budget.txt"
    bundle = open_source(path, sha256="", size=path.stat().st_size, is_chat=is_chat).bundles[0]
    options = ReadingOptions(date_order="dmy")
    here = read_bundle(bundle, options)
    back = travel.reading_of(there.read(*travel.order_of(bundle, options), "eng"), there.about("eng"), bundle)
    assert plain(back) == plain(here)
    assert replace(back, batches=here.batches) == here
