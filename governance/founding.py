"""Entry 0: what founds a square, once, and gives every term its value and its bounds."""

from governance.acts.members import Found
from governance.amendments import CHARTER, CharterText
from governance.entry import Entry
from governance.errors import Refused
from governance.members import REGISTER, SQUARE, Register, Square
from governance.rankings import FOLLOWING, RANKINGS, Rankings
from governance.state import Changes, State
from governance.terms import TERMS, Term, check_term
from ledger.checkpoint import Checkpoint
from ledger.errors import Malformed
from ledger.note import Note


def check_found(state: State, act: Found) -> None:
    """Entry 0 and no other."""
    if state[Square, SQUARE] is not None:
        raise Refused("charter-1", "this square is founded already")
    names = [term.name for term in act.terms]
    if len(set(names)) != len(names):
        raise Refused("charter-2", "a term is given twice")
    for missing in TERMS.keys() - set(names):
        raise Refused("charter-2", "the charter gives no value for the term %(term)s", term=missing)
    for term in act.terms:
        check_term(term)
    if act.continues:
        _check_continues(act)


def _check_continues(act: Found) -> None:
    """What a ledger continues is the checkpoint of another one, signed in that one's name."""
    try:
        note = Note.parse(act.continues.encode())
        before = Checkpoint.parse(note.text)
    except (Malformed, UnicodeError) as error:
        raise Refused(
            "key-3", "what this ledger says it continues is no checkpoint: %(error)s", error=str(error)
        ) from error
    if before.origin == act.origin or before.origin not in {signature.name for signature in note.signatures}:
        raise Refused("key-3", "a ledger continues one of another name, whose own key has signed the checkpoint")


def apply_found(state: State, act: Found, entry: Entry) -> Changes:
    """The square, its empty register and its terms."""
    changes: Changes = {
        (Square, SQUARE): Square(act.name, act.origin, act.charter, act.demonstration, entry.at, act.continues),
        (Register, REGISTER): Register(0, 0, 0, True),
        (CharterText, CHARTER): CharterText(act.charter, 0),
        (Rankings, RANKINGS): Rankings(FOLLOWING, ()),
    }
    for term in act.terms:
        changes[Term, term.name] = Term(term.name, term.value, term.floor, term.ceiling, term.entrenched)
    return changes
