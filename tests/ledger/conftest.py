"""What the tests of the ledger share: the foreign vectors, which lie outside the repository."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of foreign data. Where it is absent the test is skipped, and fails in CI."""
    folder = Path(os.environ.get("ISEGORIA_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if folder.is_dir():
        return folder
    why = f"there is no {folder}, nor another folder named by ISEGORIA_SHARED_DATA"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
