"""The demonstration's charter: the charter itself, with terms that somebody who watches can wait for."""

import re
from importlib.resources import files

_HEADING = "# The charter\n"
_TERMS = re.compile(r"^```toml\n\[terms\..*?^```$", re.MULTILINE | re.DOTALL)
_NOTE = """
**This is a demonstration.** Its clauses and its rules are those of every square, but its terms are counted in seconds
and minutes, so that a proposal can be seen to become law, and a restriction to end, within the hour. Its people are
examples, its votes bind nobody, and the time limits of no law are kept here.
"""


def demonstration_charter(policy: str) -> str:
    """The charter in `policy` with the demonstration's terms in the place of its own, and saying so first."""
    if policy.count(_HEADING) != 1 or len(_TERMS.findall(policy)) != 1:
        raise ValueError("the charter has no heading, or no one block of terms, to put the demonstration's in")
    block = f"```toml\n{demonstration_terms()}```"
    return _TERMS.sub(lambda _: block, policy.replace(_HEADING, _HEADING + _NOTE, 1))


def demonstration_terms() -> str:
    """The demonstration's block of terms, as TOML."""
    return files("app.demo").joinpath("terms.toml").read_text(encoding="utf-8")
