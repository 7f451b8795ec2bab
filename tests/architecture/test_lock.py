"""The locked dependencies."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINNED = {
    match["name"]: (match["version"], match["hashes"].count("--hash=sha256:"))
    for match in re.finditer(
        r"^(?P<name>[a-z0-9-]+)(?:\[[^]]*\])?==(?P<version>[^ ;\\]+)(?P<hashes>[^\n]*(?:\\\n +--hash=\S+ ?)+)",
        LOCK,
        re.MULTILINE,
    )
}


def declared() -> list[Requirement]:
    """Every dependency that pyproject.toml asks for, those of the extras and of the build too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        asked.extend(extra)
    return [Requirement(one) for one in asked]


def test_every_dependency_is_locked() -> None:
    """What is asked for is in the lock, at a version that is allowed."""
    wrong = [
        str(one)
        for one in declared()
        if (pin := PINNED.get(canonicalize_name(one.name))) is None or not one.specifier.contains(pin[0])
    ]
    assert [] == wrong


def test_every_locked_package_has_its_hashes() -> None:
    """No package is installed whose bytes are not known."""
    assert len(PINNED) == len(re.findall(r"^[a-z0-9].*==", LOCK, re.MULTILINE))
    assert [] == [name for name, (_, hashes) in PINNED.items() if hashes == 0]


def test_the_lock_names_no_address() -> None:
    """The lock says what to install and not from where."""
    assert [] == re.findall(r"^.*(?:https?:|file:|--index|--extra|--find|@ ).*$", LOCK, re.MULTILINE)
