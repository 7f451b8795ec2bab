"""Finds what is not Python: beside the code in a checkout, inside the package where Isegoria was installed."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "_data"


def resource(name: str) -> Path:
    """The path of POLICY.md, of the folder `templates`, or of the folder `locale`."""
    inside = _INSTALLED / name
    found = inside if inside.exists() else _PACKAGE.parent / name
    assert found.exists(), f"{name} is neither in {_INSTALLED} nor beside {_PACKAGE}"
    return found


def policy_text() -> str:
    """The text of POLICY.md, the charter that a square is founded under unless it brings its own."""
    return resource("POLICY.md").read_text(encoding="utf-8")
