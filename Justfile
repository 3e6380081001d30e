# Bare `just` runs every check. `./run RECIPE` first sets up the machine, then comes here.

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

set positional-arguments

# Every check: format, lint, types, tests, and that what is generated is up to date
check: format-check lint types test docs-check

# A record made from the three routes, one search of it, and how to browse it
demo:
    rm -rf demo
    archive ingest --archive demo fixtures/demo
    archive search --archive demo budget
    @echo
    @echo "Browse it:  .venv/bin/archive browse --archive demo"

# All the tests, or those that pytest is told: just test -k dates
test *args:
    python -m pytest "$@"

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
