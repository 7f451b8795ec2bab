"""The charter's text as it stands and as it was: from the founding file, and from the openings of what was voted."""

from functools import lru_cache

from msgspec import Struct

from app.changes import Passage, compare_lines
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.ledger import openings_of
from app.store.votes import charters_enacted
from governance.acts.proposals import AmendCharter
from governance.amendments import CHARTER, CharterText
from governance.charter import Charter, read_charter
from governance.proposals import Proposal


class TextInForce(Struct, frozen=True):
    """The charter in force, and its SHA-256 as the ledger states it.

    `entry` brought it, by the vote on `proposal`; both are 0 for the founding.
    """

    charter: Charter
    stated: str
    entry: int
    proposal: int


class TextChange(Struct, frozen=True):
    """Another text of the charter: both SHA-256, the whole new text, and the passages that change.

    `text` is "" where its opening was erased. `program`: it comes into force with the release that carries it.
    `removed` and `added` count the pieces.
    """

    older: str
    newer: str
    program: bool
    text: str
    passages: tuple[Passage, ...]
    removed: int
    added: int


async def charter_in_force(tx: Tx, founding: Charter) -> TextInForce:
    """The text in force; `founding` is the one of the founding."""
    text = await value_of(tx, CharterText, CHARTER)
    if text is None or not text.entry:
        return TextInForce(founding, text.digest if text is not None else "", 0, 0)
    enacted = await charters_enacted(tx)
    proposal = next(number for number, one in enacted.items() if one.ended == text.entry)
    return TextInForce(_read(await words_of_charter(tx, text.entry)), text.digest, text.entry, proposal)


async def show_text_change(tx: Tx, proposal: Proposal, change: AmendCharter, founding: Charter) -> TextChange:
    """What a proposal changes in the charter: against the text in force, or the one that it has replaced."""
    return text_change(await _base(tx, proposal, founding), await words_of_charter(tx, proposal.written), change)


def text_change(older: Charter, newer: str, change: AmendCharter) -> TextChange:
    """What another text changes in a charter; `newer` is "" where its opening is gone."""
    passages = compare_lines(older.text, newer) if newer else ()
    pieces = [piece.kind for passage in passages for piece in passage.pieces]
    return TextChange(
        older=older.digest,
        newer=change.charter,
        program=change.program,
        text=newer,
        passages=passages,
        removed=pieces.count("removed"),
        added=pieces.count("added"),
    )


async def _base(tx: Tx, proposal: Proposal, founding: Charter) -> Charter:
    if proposal.status != "enacted":
        return (await charter_in_force(tx, founding)).charter
    before = [one.ended for one in (await charters_enacted(tx)).values() if one.ended < proposal.ended]
    return _read(await words_of_charter(tx, max(before))) if before else founding


async def words_of_charter(tx: Tx, entry: int) -> str:
    """The text of the charter that an entry commits to, "" where its opening is gone."""
    return next((row.value for row in await openings_of(tx, [entry]) if row.field == "text"), "")


@lru_cache(maxsize=8)
def _read(text: str) -> Charter:
    return read_charter(text)
