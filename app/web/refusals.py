"""The law's own sentences, for readers of every language."""

from typing import Final

from app.web.sentences import Sentence, Told, say
from governance.errors import Refused, Value

WORDS: Final = {
    sentence.one: sentence
    for sentence in (
        # how a proposal stands
        say("sponsoring"),
        say("discussion"),
        say("frozen"),
        say("voting"),
        say("between"),
        say("adopted"),
        say("rejected"),
        say("void"),
        say("withdrawn"),
        say("enacted"),
        # the class of a change
        say("ordinary"),
        say("restricting"),
        say("charter"),
        # offices
        say("moderator"),
        say("steward"),
        say("legal officer"),
        # sanctions
        say("none"),
        say("label"),
        say("interstitial"),
        say("slow"),
        say("unrecommend"),
        say("fold"),
        say("withhold"),
        say("mute"),
        say("suspend"),
        # kinds of terms
        say("duration"),
        say("count"),
        say("fraction"),
    )
}
"""The law's words that may stand in a sentence as a value; a reader of English reads them as they are."""

IN_WORDS: Final = frozenset({"status", "computed", "required", "office", "sanction", "allowed", "kind", "other"})
"""The values that are one of WORDS: whatever else stands in a sentence is a name or a number."""


def sentence_of(refusal: Refused) -> Sentence:
    """Why the law says no; in English `refusal.why` to the letter, but for how numbers are written."""
    return Sentence(refusal.said, {name: _told(name, value) for name, value in refusal.values.items()})


def _told(name: str, value: Value) -> Told:
    if isinstance(value, int):
        return value if name == "n" else str(value)
    names: list[Told] = [WORDS[one] if name in IN_WORDS else one for one in _row(value)]
    told = names[-1]
    for first in reversed(names[:-1]):
        told = say("%(first)s, %(others)s", first=first, others=told)
    return told


def _row(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value
