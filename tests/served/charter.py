"""The charter that the served squares are founded under: POLICY.md, with terms that a test can wait for."""

import re
from typing import Final

from app.demo.charter import demonstration_charter

SHORT: Final = {
    "admission": "1s",
    "vote_after": "1s",
    "discussion": "1s",
    "freeze": "1s",
    "voting": "10s",
    "seal": "1s",
    "vacatio": "1s",
}


def short_charter(policy: str, **terms: str) -> str:
    """The demonstration's charter with still shorter terms; `terms` are more of them, or others."""
    text = demonstration_charter(policy)
    for name, value in (SHORT | terms).items():
        text, found = re.subn(rf'(?m)^(\[terms\.{name}\]\nvalue = )"[^"]*"$', rf'\1"{value}"', text)
        assert found == 1, f"the charter has one term {name}"
    return text
