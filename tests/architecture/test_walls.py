"""The walls between the layers, where import contracts do not reach; `lint-imports` holds the rest."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import LAYERS, ROOT, modules, strings, tree

ROOMS = (
    "CHANGELOG.md", "Makefile", "POLICY.md", "README.md", "app/cli", "app/store/migrations", "app/web", "bench", "docs",
    "governance", "ledger", "locale/ar", "pyproject.toml", "templates", "tests",
)  # fmt: skip
IMPURE = {"eval", "exec", "input", "open", "print"}
CLOCKS = {"now", "today", "utcnow", "localtime", "time_ns", "perf_counter", "monotonic"}
# what changes the ledger, governed state or a box, and the one module that may name it
DOOR = {
    "app.store.ledger.append": Path("app/record.py"),
    "app.store.governed.save": Path("app/record.py"),
    "app.store.boxes.mark": Path("app/ballots.py"),
    "app.store.boxes.put": Path("app/ballots.py"),
}
WRITES = re.compile(
    r"\b(?:insert into|update|delete from|replace into)\s+\"?(ledger_entry|ledger_tile|gov_\w+)", re.IGNORECASE
)
WRITERS = {"app/store/ledger.py", "app/store/governed.py", "app/store/nouns.py"}
# commands that run where only the base dependencies are
AUDITORS = ("audit", "verify", "monitor", "mirror")
SERVER = (
    "PIL", "aiosqlite", "apscheduler", "argon2", "asyncpg", "babel", "blurhash", "jinja2", "litestar", "markdown_it",
    "nh3", "piccolo", "prometheus_client", "regex", "structlog", "uvicorn", "uvloop",
)  # fmt: skip


def test_every_room_is_there() -> None:
    """The layout has every room that this release is to have."""
    assert [] == [room for room in ROOMS if not (ROOT / room).exists()]


def test_every_package_says_what_it_is() -> None:
    """Every folder with modules in it is a package."""
    folders = {path.parent for path in modules(*LAYERS)}
    assert [] == sorted(folder for folder in folders if not (ROOT / folder / "__init__.py").exists())


def test_the_law_reads_nothing_but_its_arguments() -> None:
    """The law and the ledger call no clock, and open, print, ask and execute nothing."""
    calls = [
        (path, node.func.id if isinstance(node.func, ast.Name) else f".{node.func.attr}")
        for path in modules("governance", "ledger")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    ]
    assert [] == [f"{path}: {name}" for path, name in calls if name in IMPURE or name.lstrip(".") in CLOCKS]


def test_there_is_one_door() -> None:
    """Nothing but the door may name what appends to the ledger, saves governed state or fills a box."""
    assert [] == [f"{path}: {used}" for path in modules("app") for used in _of_door(path) if path != DOOR[used]]


def _of_door(path: Path) -> list[str]:
    """The names of DOOR that a module imports, or reaches through a module that it imports."""
    imported = {
        name.asname or name.name: f"{node.module}.{name.name}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    reached = {
        f"{imported[node.value.id]}.{node.attr}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported
    }
    return sorted(DOOR.keys() & {*imported.values(), *reached})


def test_no_other_sql_writes_the_ledger() -> None:
    """SQL that writes entries, tiles or governed values stands in the modules behind the door alone."""
    elsewhere = [
        f"{path}: {match.group()}"
        for path in modules("app")
        if str(path) not in WRITERS
        for text in strings(path)
        for match in WRITES.finditer(text)
    ]
    assert [] == elsewhere


@pytest.mark.parametrize("name", AUDITORS)
def test_an_auditor_needs_no_server(name: str) -> None:
    """An auditor's commands load where nothing of the extra `server` is installed."""
    if not (ROOT / "app" / "cli" / f"{name}.py").exists():
        return
    program = f"import sys; sys.modules.update(dict.fromkeys({SERVER!r})); import app.cli.{name}"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
