"""The sources, as the tests of the architecture read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYERS = ("ledger", "governance", "app")
WRITTEN = (
    "app", "governance", "ledger", "tests", "bench", "deploy", "docs", "templates", "locale", ".ci",
    "Makefile", "POLICY.md", "README.md", "CHANGELOG.md", "pyproject.toml", "requirements.lock", ".gitignore",
)  # fmt: skip


def files() -> list[Path]:
    """Every file that somebody wrote, below the root, in order."""
    found: list[Path] = []
    for name in WRITTEN:
        path = ROOT / name
        found.extend([path] if path.is_file() else (one for one in path.rglob("*") if one.is_file()))
    return sorted(path.relative_to(ROOT) for path in found if "__pycache__" not in path.parts)


def modules(*folders: str) -> list[Path]:
    """The Python files in these folders of the root, all of them if none is named."""
    return [path for path in files() if path.suffix == ".py" and (not folders or path.parts[0] in folders)]


@cache
def tree(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, the inner ones as well."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function has without its decorators and its docstring."""
    assert function.end_lineno is not None
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return function.end_lineno - function.lineno + 1 - docstring


def strings(path: Path) -> Iterator[str]:
    """Every text in a module, pieces of f-strings included, docstrings too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
