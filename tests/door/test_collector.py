"""The collector rests while a square serves."""

import gc
from collections.abc import Iterator

import pytest

from app.collector import NEW, let_collector_rest


@pytest.fixture
def _as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("_as_before")
def test_what_is_there_is_left_alone_and_cycles_are_still_found() -> None:
    """Fewer looks, and none of them at what was there before."""
    let_collector_rest()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == NEW
    assert gc.isenabled()
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() > 0
