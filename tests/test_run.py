"""The script `run` on invented machines: each has its own PATH, on which every outside program is a fake.

A fake says what it was asked in `calls`. The files in `has` are what the machine has; the fake apt-get and
brew put them there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SH = shutil.which("sh") or "/bin/sh"
REAL = ("awk", "cat", "cp", "dirname", "env", "grep", "mkdir", "rm", "sed", "sh", "tr")

ALL = ("python", "venv", "tesseract", "english", "libmagic", "chromium", "libatomic", "postgres")
LIST = {
    "python": "  - Python 3.11 or newer",
    "venv": "  - Python's venv and ensurepip, to make an environment",
    "tesseract": "  - Tesseract, which reads screenshots",
    "english": "  - Tesseract's English language data (eng.traineddata)",
    "libmagic": "  - libmagic, which tells what kind of file was handed over",
    "chromium": "  - Chromium, for the tests of the pages",
    "libatomic": "  - libatomic, for the tests of the pages",
    "postgres": "  - PostgreSQL's server, for the tests of published indexes",
}

PYTHON = """
case "$*" in
    *version_info*) exit 0 ;;
    *ensurepip*) [ -e "$MACHINE/has/venv" ] ;;
    *ctypes*libmagic*) [ -e "$MACHINE/has/libmagic" ] ;;
    *ctypes*libatomic*) [ -e "$MACHINE/has/libatomic" ] ;;
    *hashlib*) cat pyproject.toml constraints.txt; echo "$PWD" ;;
    *"-m venv"*)
        echo "python $*" >>"$MACHINE/calls"
        mkdir -p .venv/bin
        echo "$PWD/.venv" >.venv/bin/activate
        cp "$MACHINE/python3" .venv/bin/python
        ;;
    *"-m pip install"*)
        echo "python $*" >>"$MACHINE/calls"
        cp "$MACHINE/just" .venv/bin/just
        ;;
    *) echo "unexpected: $*" >&2; exit 99 ;;
esac
"""

TESSERACT = '[ ! -e "$MACHINE/has/english" ] || echo eng'

INSTALLER = """
install() { sh "$MACHINE/install" "$1"; }
echo "${0##*/} $*" >>"$MACHINE/calls"
for word in "$@"; do
    case "$word" in
        python3) install python ;;
        python3-venv) install venv ;;
        tesseract-ocr) install tesseract ;;
        tesseract-ocr-eng) install english ;;
        tesseract) install tesseract; install english ;;
        libmagic1 | libmagic) install libmagic ;;
        chromium) install chromium ;;
        libatomic1) install libatomic ;;
        postgresql | postgresql@17) install postgres ;;
    esac
done
"""


@dataclass
class Machine:
    """A folder that stands for a whole machine, with the project in a folder of its own."""

    root: Path
    project: Path

    def fake(self, name: str, script: str) -> None:
        """Put a program on the machine's PATH."""
        program = self.root / "bin" / name
        program.write_text(f"#!{SH}\n{script}\n")
        program.chmod(0o755)

    def has(self, *things: str) -> None:
        for thing in things:
            subprocess.run([SH, self.root / "install", thing], env=self.environment, check=True)

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": str(self.root / "bin"), "MACHINE": str(self.root), "HOME": str(self.root)}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [SH, str(self.project / "run"), *words]
        return subprocess.run(
            command, env=self.environment, cwd=self.root, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )

    def new_calls(self) -> list[str]:
        """What was asked, since this was last called, of the fakes that change something."""
        record = self.root / "calls"
        lines = record.read_text().splitlines() if record.exists() else []
        record.unlink(missing_ok=True)
        return lines


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Linux machine with no apt, no brew, no root, and nothing that the project needs."""
    machine = Machine(tmp_path, tmp_path / "the project, in a folder with spaces")
    for folder in (tmp_path / "bin", tmp_path / "has", machine.project):
        folder.mkdir()
    for name in ("run", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, machine.project)
    for name in REAL:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or pytest.fail(f"no {name} here"))
    for name, script in (("python3", PYTHON), ("tesseract", TESSERACT), ("chromium", "")):
        (tmp_path / name).write_text(f"#!{SH}\n{script}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "just").write_text(f'#!{SH}\necho "just $*"\n')
    (tmp_path / "just").chmod(0o755)
    (tmp_path / "install").write_text(
        """
        case "$1" in
            python) cp "$MACHINE/python3" "$MACHINE/bin/python3" ;;
            tesseract | chromium) cp "$MACHINE/$1" "$MACHINE/bin/$1" ;;
            postgres) cp "$MACHINE/chromium" "$MACHINE/bin/initdb" ;;
            *) echo >"$MACHINE/has/$1" ;;
        esac
        """
    )
    machine.fake("uname", "echo Linux")
    machine.fake("id", "echo 1000")
    return machine


def listed(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stderr.splitlines() if line.startswith("  - ")]


@pytest.mark.parametrize("script", ["run", ".ci/run"])
def test_scripts_are_plain_sh(script: str) -> None:
    """No shell but the plain one is promised on a fresh machine."""
    path = ROOT / script
    assert path.read_text().startswith("#!/bin/sh\n")
    assert os.access(path, os.X_OK)
    subprocess.run([SH, "-n", path], check=True)


def test_lists_all_that_is_missing(machine: Machine) -> None:
    """Where nothing can be installed: one line for each thing, nothing on stdout, exit code 5."""
    done = machine.run("test")
    assert listed(done) == [LIST[thing] for thing in ALL]
    assert (done.returncode, done.stdout) == (5, "")


def test_the_demo_needs_no_browser(machine: Machine) -> None:
    """The list for the demo leaves out what only the tests need."""
    assert listed(machine.run("demo")) == [LIST[thing] for thing in ALL[:5]]


@pytest.mark.parametrize("lacking", ALL[1:])
def test_lists_nothing_that_is_there(machine: Machine, lacking: str) -> None:
    """The list is exact: the one thing that is missing, and the language data that comes with Tesseract."""
    machine.has(*(thing for thing in ALL if thing != lacking))
    expected = ["tesseract", "english"] if lacking == "tesseract" else [lacking]
    done = machine.run("test")
    assert listed(done) == [LIST[thing] for thing in expected]
    assert done.returncode == 5


def test_an_old_python_is_no_python(machine: Machine) -> None:
    """Python 3.10 is as good as none, and a newer one beside it is found by its own name."""
    machine.has(*ALL)
    (machine.root / "bin/python3").rename(machine.root / "bin/python3.12")
    machine.fake("python3", "exit 1")
    assert machine.run("demo").returncode == 0
    (machine.root / "bin/python3.12").unlink()
    assert LIST["python"] in listed(machine.run("demo"))


def test_without_root_it_says_what_to_ask_for(machine: Machine) -> None:
    """With apt but neither root nor sudo: the list, the exact command, and nothing attempted."""
    machine.fake("apt-get", INSTALLER)
    machine.has("python", "venv", "tesseract", "english")
    done = machine.run("test")
    assert done.returncode == 5
    assert listed(done) == [LIST[thing] for thing in ("libmagic", "chromium", "libatomic", "postgres")]
    assert "\n  apt-get install --no-install-recommends libmagic1 chromium libatomic1 postgresql\n" in done.stderr
    assert machine.new_calls() == []


def test_root_installs_only_what_is_missing(machine: Machine) -> None:
    """One update, one install of the missing packages, waiting for another apt that is at work."""
    machine.fake("apt-get", INSTALLER)
    machine.fake("id", "echo 0")
    machine.has("python", "tesseract", "english", "libatomic")
    done = machine.run("test", "-k", "dates")
    assert (done.returncode, done.stdout) == (0, "just test -k dates\n")
    assert machine.new_calls() == [
        "apt-get -qq -o DPkg::Lock::Timeout=300 update",
        "apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300"
        " install python3-venv libmagic1 chromium postgresql",
        "python -m venv --clear .venv",
        "python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .[recipes,test]",
    ]


def test_installs_python_too(machine: Machine) -> None:
    """A machine with nothing at all, as root: it is looked at again after installing."""
    machine.fake("apt-get", INSTALLER)
    machine.fake("id", "echo 0")
    assert machine.run("demo").returncode == 0
    assert machine.new_calls()[1].endswith("install python3 python3-venv tesseract-ocr tesseract-ocr-eng libmagic1")


def test_sudo_is_root_enough(machine: Machine) -> None:
    """A person who may use sudo is not asked to be root."""
    machine.fake("apt-get", INSTALLER)
    machine.fake("sudo", '[ "$1" != -n ] || shift\n"$@"')
    machine.has("python", "venv", "tesseract", "english")
    assert machine.run("demo").returncode == 0
    assert any(call.endswith("install libmagic1") for call in machine.new_calls())


def test_an_apt_that_fails_is_no_success(machine: Machine) -> None:
    """Off the network: the list and the command to try, exit code 5."""
    machine.fake("apt-get", "echo 'E: cannot reach the mirror' >&2; exit 100")
    machine.fake("id", "echo 0")
    done = machine.run("demo")
    assert done.returncode == 5
    assert "E: cannot reach the mirror" in done.stderr
    assert listed(done) == [LIST[thing] for thing in ALL[:5]]


def test_macos_without_brew(machine: Machine) -> None:
    """On a Mac with no Homebrew: the list (libatomic is a Linux matter), exit code 5."""
    machine.fake("uname", "echo Darwin")
    done = machine.run("test")
    assert set(listed(done)) | {LIST["chromium"]} == {LIST[thing] for thing in ALL if thing != "libatomic"}
    assert done.returncode == 5
    assert "Homebrew" in done.stderr


def test_macos_with_brew(machine: Machine) -> None:
    """On a Mac with Homebrew it installs, and goes on."""
    machine.fake("uname", "echo Darwin")
    machine.fake("brew", INSTALLER)
    machine.has("python", "venv")
    done = machine.run("demo")
    assert (done.returncode, done.stdout) == (0, "just demo\n")
    assert "brew install --quiet tesseract" in machine.new_calls()


def test_elsewhere_with_all_there_it_goes_on(machine: Machine) -> None:
    """No apt and no brew is no fault where nothing is missing."""
    machine.has(*ALL)
    assert machine.run().stdout == "just \n"


def test_the_second_run_is_quiet(machine: Machine) -> None:
    """Nothing is set up twice, and the tests' environment serves the demo."""
    machine.has(*ALL)
    machine.run("test")
    assert len(machine.new_calls()) == 2
    done = machine.run("demo")
    assert (done.stdout, done.stderr, machine.new_calls()) == ("just demo\n", "", [])


def test_the_demo_environment_does_not_serve_the_tests(machine: Machine) -> None:
    """After a demo, the tests still have their own packages to fetch, into the same environment."""
    machine.has(*ALL)
    machine.run("demo")
    assert len(machine.new_calls()) == 2
    machine.run("test")
    assert [call.split("-e ")[-1] for call in machine.new_calls()] == [".[recipes,test]"]


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_a_changed_requirement_is_installed(machine: Machine, changed: str) -> None:
    """The stamp is made from both files."""
    machine.has(*ALL)
    machine.run("demo")
    with (machine.project / changed).open("a") as file:
        file.write("# one more line\n")
    assert machine.new_calls()
    machine.run("demo")
    assert len(machine.new_calls()) == 1


def test_a_moved_environment_is_made_anew(machine: Machine) -> None:
    """Scripts in an environment bear its path: copied elsewhere they would run the other one."""
    machine.has(*ALL)
    machine.run("demo")
    assert machine.new_calls()
    machine.project = machine.project.rename(machine.root / "elsewhere")
    machine.run("demo")
    assert machine.new_calls()[0] == "python -m venv --clear .venv"


def test_an_environment_made_by_hand_is_kept(machine: Machine) -> None:
    """One without a stamp is installed into, not thrown away."""
    machine.has(*ALL)
    machine.run("demo")
    assert machine.new_calls()
    (machine.project / ".venv/installed-recipes").unlink()
    machine.run("demo")
    assert [call.split()[2] for call in machine.new_calls()] == ["pip"]
