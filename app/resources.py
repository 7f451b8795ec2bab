"""The files that come with the program: templates, translations and the charter."""

from pathlib import Path

_HERE = Path(__file__).parent
_SHIPPED = _HERE / "_data"


def resource(name: str) -> Path:
    """A file or folder of the distribution: in a wheel under app/_data, in a checkout beside app/."""
    shipped = _SHIPPED / name
    return shipped if shipped.exists() else _HERE.parent / name


def policy_text() -> str:
    """The text of POLICY.md."""
    return resource("POLICY.md").read_text(encoding="utf-8")
