"""C1: what the live square shows, held against what its entries say."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import UNSET, Struct, UnsetType

from governance.cases import Case, Restriction, Subject, subject_key
from governance.ladder import HIDING, OF_ACCOUNTS, rung
from governance.rules import version_key
from governance.state import State

SLACK = 120_000
"""How far, in ms, the auditor's clock and the square's may differ where a restriction begins or ends."""


class ShownRestriction(Struct, frozen=True):
    """What a square says under a restricted post; more may be said beside it."""

    case: int
    entry: int
    rule: int
    label: str
    title: str
    sanction: str
    until: int
    opens: bool


class ShownPost(Struct, frozen=True):
    """A post as the square shows it, as far as the check reads it."""

    id: str
    restriction: ShownRestriction | UnsetType | None = UNSET
    text: str | UnsetType | None = UNSET


class Expected:
    """What the entries say of posts at a time (Unix ms); `titles` of rules by the entry that enacted them."""

    def __init__(self, state: State, titles: Mapping[int, str], at: int) -> None:
        self._state = state
        self._titles = titles
        self._at = at

    def restricted_posts(self) -> Iterator[str]:
        """The posts that are restricted now, for long enough that a differing clock does not matter."""
        for (noun, key), value in self._state.values.items():
            if noun is not Subject or not isinstance(value, Subject) or not isinstance(key, str) or not key.isdigit():
                continue
            if any(self._surely(restriction) for restriction in value.restrictions):
                yield key

    def why_wrong(self, post: str, shown: ShownPost) -> str | None:
        """Why a post at its address is not shown as the entries say, None where it is."""
        if shown.id != post:
            return f"post {post} is asked for, and post {shown.id} is shown"
        if shown.restriction is UNSET:
            return f"post {post} is shown without saying whether it is restricted"
        if shown.restriction is None:
            standing = [one for one in self._of(post) if self._surely(one)]
            if not standing:
                return None
            return f"post {post} is restricted by case {standing[-1].case}, and is shown as if it were not"
        return self._why_mismatched(post, shown.restriction)

    def why_unlawful_in_timeline(self, shown: ShownPost) -> str | None:
        """Why a post may not stand in a public timeline as it does, None where it may."""
        for restriction in self._of(shown.id):
            if restriction.sanction in HIDING and self._surely(restriction):
                return f"post {shown.id} is in the public timeline, though case {restriction.case} hides it"
        if not isinstance(shown.text, str) and not shown.restriction:
            return f"post {shown.id} is in the public timeline without its text, and no entry says so"
        return self.why_wrong(shown.id, shown)

    def _why_mismatched(self, post: str, shown: ShownRestriction) -> str | None:
        case = self._state[Case, shown.case]
        if case is None or not case.sanction:
            return f"post {post} is marked with case {shown.case}, and no such case restricts anything"
        key = subject_key(case)
        if key != post and case.sanction not in OF_ACCOUNTS:
            return f"post {post} is marked with case {shown.case}, which is about post {case.post}"
        found = [one for one in self._restrictions(key) if one.case == shown.case and self._perhaps(one)]
        if not found:
            return f"post {post} is marked with case {shown.case}, which restricts it no longer"
        wrong = self._fields_wrong(found[0], shown)
        if wrong:
            return f"post {post} is restricted by case {shown.case}, and its {', '.join(wrong)} not as the entries say"
        milder = [one for one in self._of(post) if self._surely(one) and rung(one.sanction) > rung(found[0].sanction)]
        return f"post {post} does not show its strictest restriction, case {milder[-1].case}" if milder else None

    def _fields_wrong(self, said: Restriction, shown: ShownRestriction) -> Sequence[str]:
        version = self._state[version_key(said.rule, said.version)]
        assert version is not None, "a restriction rests on a version of a rule"
        pairs: dict[str, tuple[object, object]] = {
            "entry": (said.entry, shown.entry),
            "rule": (said.rule, shown.rule),
            "label": (version.label, shown.label),
            "title": (self._titles.get(version.enacted, shown.title), shown.title),
            "sanction": (said.sanction, shown.sanction),
            "until": (said.until, shown.until),
            "opens": (said.sanction != "withhold", shown.opens),
        }
        return [name for name, (expected, found) in pairs.items() if expected != found]

    def _restrictions(self, key: str) -> tuple[Restriction, ...]:
        subject = self._state[Subject, key]
        return () if subject is None else tuple(sorted(subject.restrictions, key=lambda one: rung(one.sanction)))

    def _of(self, post: str) -> tuple[Restriction, ...]:
        return self._restrictions(post)

    def _surely(self, restriction: Restriction) -> bool:
        return self._at + SLACK < restriction.until

    def _perhaps(self, restriction: Restriction) -> bool:
        return self._at - SLACK < restriction.until
