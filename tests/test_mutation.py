"""Whatever is altered is seen by the check that the README says sees it, and by no lesser one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mutations import (
    FULL,
    MUTATIONS,
    QUICK,
    ROLLED_BACK,
    SIGNED,
    STANDARD,
    WITNESS,
    Base,
    Mutation,
    base,
    check,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return base(tmp_path_factory.mktemp("mutation"))


def test_the_sound_archive_has_no_fault_at_any_tier(made: Base) -> None:
    """Or a mutation would seem to be caught that is not."""
    for tier in ("quick", "standard", "full"):
        report = check(made, made.record, tier, against=True, key=True)
        assert (report.faults, report.older_than) == ([], None)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what.replace(" ", "-"))
def test_what_is_altered_is_seen_where_the_readme_says(made: Base, tmp_path: Path, mutation: Mutation) -> None:
    record = Path(shutil.copytree(made.record, tmp_path / "record"))
    mutation.act(made, record)
    quick, standard, full = (check(made, record, tier).faults for tier in ("quick", "standard", "full"))
    signed = check(made, record, "standard", key=True).faults
    held_against = check(made, record, "quick", against=True)
    seen = {
        QUICK: bool(quick),
        STANDARD: bool(standard),
        FULL: bool(full),
        WITNESS: bool(signed) and bool(held_against.faults),
        SIGNED: bool(signed),
        ROLLED_BACK: held_against.older_than is not None,
    }
    assert seen[mutation.caught_by], f"{mutation.what} is not seen"
    lesser = {STANDARD: [QUICK], FULL: [QUICK, STANDARD]}
    for tier in lesser.get(mutation.caught_by, [QUICK, STANDARD, FULL] if mutation.caught_by != QUICK else []):
        assert not seen[tier], f"{mutation.what} is seen by {tier} already"
    assert not quick or standard, "a greater tier sees all that a lesser one does"
    assert not standard or full
