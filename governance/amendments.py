"""The charter's text: which one is in force, and what a change of it commits to.

The law reads no text. What a new one may not touch is asked where the words are at hand, by `charter.check_amended`: by
the service before it is proposed, and by every audit from the public opening.
"""

from msgspec import Struct

from governance.acts.proposals import AmendCharter
from governance.errors import Refused
from governance.state import Changes, State

CHARTER = "charter"


class CharterText(Struct, frozen=True, gc=False):
    """The text in force: its SHA-256, and the entry that brought it, 0 for the founding."""

    digest: str
    entry: int


def charter_text(state: State) -> CharterText:
    """The text in force of a founded square."""
    text = state[CharterText, CHARTER]
    assert text is not None, "a founded square has a charter"
    return text


def check_amend_charter(state: State, change: AmendCharter) -> None:
    """A change of the charter commits to its whole new text, which is another one."""
    if [commit.field for commit in change.commits] != ["text"]:
        raise Refused("charter-5", "a change of the charter commits to its whole text, once")
    if change.charter == charter_text(state).digest:
        raise Refused("propose-2", "this is the text of the charter that is in force")


def check_not_overtaken(state: State, frozen: int) -> None:
    """No other text came into force since this one was frozen, by that entry."""
    text = charter_text(state)
    if text.entry > frozen:
        raise Refused(
            "charter-9",
            "entry %(entry)s has changed the text of the charter since this one was frozen: propose it anew",
            entry=text.entry,
        )


def apply_amend_charter(change: AmendCharter, index: int) -> Changes:
    """The new text is in force."""
    return {(CharterText, CHARTER): CharterText(change.charter, index)}
