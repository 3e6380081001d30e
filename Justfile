# Bare `just` runs every check. `./run RECIPE` first sets up the machine, then comes here.

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

set positional-arguments

# Every check: format, lint, types, tests, and that what is generated is up to date
check: format-check lint types test docs-check

# A record made from the three routes, one search of it, and how to browse it
demo:
    rm -rf demo
    archive ingest --archive demo --custodian "Alex Black (MOJ)" --work "Pupil premium announcement" "fixtures/demo/phone of Alex Black" || test $? -eq 3
    archive ingest --archive demo --custodian "Dan Whitlock (DfE)" --work "Pupil premium announcement" "fixtures/demo/phone of Dan Whitlock"
    archive ingest --archive demo --custodian "Dan Whitlock (DfE)" --work "Pupil premium announcement" --chat "Pupil Premium – PO cell" --captured 2026-03-12T15:10 --noted-by "Dan Whitlock (DfE)" fixtures/demo/pasted
    @echo
    archive search --archive demo "one-pager OR budget*"
    @echo "One message with its evidence:  .venv/bin/archive show --archive demo PUPIL/00012"
    @echo "Browse it:                      .venv/bin/archive browse --archive demo"

# All the tests, or those that pytest is told: just test -k dates
test *args:
    python -m pytest "$@"

# Throw mutated texts at the readers for ten minutes, in an environment of its own with atheris: just fuzz 60
fuzz seconds="600":
    python -m venv "${TMPDIR:-/tmp}/archiver-fuzz"
    "${TMPDIR:-/tmp}/archiver-fuzz/bin/pip" install --quiet atheris
    "${TMPDIR:-/tmp}/archiver-fuzz/bin/python" benchmarks/text/fuzz.py "$1"

# Alter an archive in every way there is; kill an ingest at 200 random instants, a rebuild at 50, both at every named moment;
# look at what is seen and what is left: just torture 1000
torture times="200":
    python -m pytest tests/test_mutation.py
    python -m tests.killing "$1"

# What it costs beside its floors, as JSON (benchmarks/README.md): just bench ingest start --messages 100000
bench *args:
    nice -n 5 python benchmarks/bench.py "$@"

# Put the code in the one format
format:
    ruff format .
    ruff check --fix --select I .

format-check:
    ruff format --check .

# Look for mistakes that can be seen without running
lint:
    ruff check .

# Strict types
types:
    mypy

# Print the schema and the README's list of commands again
docs:
    python -m archiver.record.schema > schemas/archive.sql
    cog -r README.md

docs-check:
    python -m archiver.record.schema | diff -u schemas/archive.sql -
    cog --check README.md

# Choose the versions in constraints.txt again, from what pyproject.toml allows
lock:
    python -m pip install --quiet uv
    uv pip compile --quiet --universal --python-version 3.11 --all-extras --upgrade --no-annotate --no-header --no-emit-index-url --output-file constraints.txt pyproject.toml
