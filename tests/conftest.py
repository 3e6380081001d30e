"""What makes every test independent of the machine it runs on, and of the tests beside it."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

# A busy machine is not a failure; a failing example is printed so that it can be kept.
hypothesis.settings.register_profile("archiver", deadline=None, print_blob=True)
hypothesis.settings.load_profile("archiver")


@pytest.fixture(autouse=True)
def no_settings_from_outside(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person's own settings and terminal change nothing, here or in a command that a test starts."""
    for name in [name for name in os.environ if name.startswith("ARCHIVE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(empty_folder(tmp_path_factory)))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def empty_folder(factory: pytest.TempPathFactory) -> Path:
    folder = factory.getbasetemp() / "no-settings"
    folder.mkdir(exist_ok=True)
    return folder
