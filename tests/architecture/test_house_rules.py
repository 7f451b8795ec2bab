"""Sizes, names and words that hold in the whole house."""

import ast
import re

from tests.architecture.sources import LAYERS, ROOT, files, functions, lines_of, modules, tree

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
NO_NAMES_OF_MODULES = {"utils", "helpers", "common", "base", "manager", "service", "core"}
# pieced together, so that this file does not hold what it looks for
NO_WORDS = re.compile(
    "|".join(
        (
            r"\bTO" + r"DO\b",
            r"\bFIX" + r"ME\b",
            r"\bXX" + r"X\b",
            "NotImplemented" + "Error",
            "pragma: no" + " cover",
            r"(?<![\w.])/(?:ho" + r"me|Us" + r"ers|ro" + r"ot|wo" + r"rk)/[a-z]",
        )
    )
)
LATER_ACTS = {"Flag", "ApplyBrightLine"}


def test_a_file_is_a_screenful_of_ideas() -> None:
    """No module is longer than 400 lines."""
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {} == {str(path): length for path, length in lengths.items() if length > LONGEST_FILE}


def test_a_function_is_one_thought() -> None:
    """No function is longer than 40 lines, its docstring not counted; a table of cases may be."""
    long = [
        f"{path}: {function.name}, {lines_of(function)} lines"
        for path in modules(*LAYERS)
        for function in functions(path)
        if lines_of(function) > LONGEST_FUNCTION and not isinstance(function.body[-1], ast.Match)
    ]
    assert [] == long


def test_modules_are_nouns() -> None:
    """No module or folder has a name that says nothing."""
    assert [] == [str(path) for path in modules(*LAYERS) if NO_NAMES_OF_MODULES & {*path.parts[:-1], path.stem}]


def test_every_type_is_said() -> None:
    """`Any` is nowhere."""
    vague = [
        str(path)
        for path in modules(*LAYERS)
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.alias) and node.name == "Any")
        or (isinstance(node, ast.Attribute) and node.attr == "Any")
    ]
    assert [] == vague


def test_nothing_is_left_for_later() -> None:
    """No file says that something is to be done yet, or names a folder of somebody's machine."""
    found: list[str] = []
    for path in files():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found.extend(f"{path}: {match.group()}" for match in NO_WORDS.finditer(text))
    assert [] == found


def test_no_name_promises_what_is_not_built() -> None:
    """What no machine does yet has no name in the code."""
    found = [
        f"{path}: {node.name}"
        for path in modules(*LAYERS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and node.name in LATER_ACTS
    ]
    assert [] == found


def test_tests_are_told_apart_by_their_sentences() -> None:
    """Every test has a sentence."""
    untold = [
        f"{path}: {function.name}"
        for path in modules("tests")
        for function in functions(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert [] == untold
