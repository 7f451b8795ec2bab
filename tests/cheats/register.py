"""Every deed, in the order of its number."""

from tests.cheats.deeds import MONITOR, PERSON, VOTER, Deed
from tests.cheats.deeds_at_votes import DEEDS_AT_VOTES
from tests.cheats.deeds_in_cases import DEEDS_IN_CASES
from tests.cheats.deeds_in_tables import DEEDS_IN_TABLES

FOUND_BY_OTHERS = (
    Deed(9, "A ballot is altered before its box is sealed for the first time with it.", VOTER, ""),
    Deed(17, "A decision that was seen is taken out of the ledger, and what follows is signed anew.", MONITOR, ""),
    Deed(18, "An entry is dated ten minutes before the ledger was seen without it.", MONITOR, "T1"),
    Deed(19, "A ballot is cast for a member who abstains, and their mark is set.", PERSON, ""),
    Deed(20, "Somebody is made to act who was entitled to, and did not.", PERSON, ""),
    Deed(
        20, "A post is made to say what its author never wrote, wherever it is shown, and is judged for it.", PERSON, ""
    ),
)
"""Those of test_history.py and test_persons.py, which an audit without a memory does not find."""

DEEDS: tuple[Deed, ...] = tuple(
    sorted((*DEEDS_IN_CASES, *DEEDS_AT_VOTES, *DEEDS_IN_TABLES, *FOUND_BY_OTHERS), key=lambda deed: deed.number)
)
