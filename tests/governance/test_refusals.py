"""Every sentence with which the law says no is said in a story, and cites the clause that the story names."""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType, TracebackType

import pytest

from governance.errors import Refused
from tests.governance import refusals
from tests.governance.charters import the_charter
from tests.governance.world import World

Story = Callable[[World], None]
Site = tuple[str, int]
"""File and line of a `raise Refused`."""

LAW = Path(__file__).resolve().parents[2] / "governance"


def _stories() -> Iterator[Story]:
    for found in pkgutil.iter_modules(refusals.__path__, "tests.governance.refusals."):
        yield from _stories_of(importlib.import_module(found.name))


def _stories_of(module: ModuleType) -> Iterator[Story]:
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and not name.startswith("_") and value.__module__ == module.__name__:
            yield value


STORIES = list(_stories())


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_law_says_no(story: Story) -> None:
    """The story is stopped where it says, by clauses of the charter, with a sentence for the person."""
    world = World.peopled()
    story(world)
    assert world.refusals, "the story was never stopped"
    clauses = the_charter().clauses
    for refusal in world.refusals:
        assert clauses[refusal.clause].enforced
        assert refusal.why[0].islower() or refusal.why[0] in "`m"
        assert not refusal.why.endswith(".")


def test_every_refusal_of_the_law_is_provoked() -> None:
    """No `raise Refused` in governance/ is left that no story reaches."""
    provoked: set[Site] = set()
    for story in STORIES:
        world = World.peopled()
        story(world)
        provoked |= {_site(refusal) for refusal in world.refusals}
    assert set() == _raised() - provoked


def _site(refusal: Refused) -> Site:
    trace = refusal.__traceback__
    assert trace is not None
    last: TracebackType = trace
    while last.tb_next is not None:
        last = last.tb_next
    return (Path(last.tb_frame.f_code.co_filename).name, last.tb_lineno)


@cache
def _raised() -> frozenset[Site]:
    sites: set[Site] = set()
    for file in LAW.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _is_refused(node.exc.func):
                sites.add((file.name, node.lineno))
    return frozenset(sites)


def _is_refused(name: ast.expr) -> bool:
    return isinstance(name, ast.Name) and name.id == "Refused"
