"""C1: what the live square shows, held against what its entries say."""

from collections.abc import Iterator, Mapping
from heapq import nlargest

from msgspec import UNSET, Struct, UnsetType

from governance.cases import Case, Restriction, Subject, bulk_of, subject_keys
from governance.emergencies import Emergency
from governance.ladder import HIDING, OF_ACCOUNTS, rung
from governance.orders import Compliance
from governance.proposals import ProposedIn
from governance.rules import version_key
from governance.state import State

SLACK = 15_000
"""How far, in ms, the auditor's clock and the square's may differ where a restriction begins or ends."""

FOR_FEW = "few"
"""How a square says that a post's author wrote it for others; whether that is true, these know."""

DELETED = "deleted"
"""How a square says that a post's author has deleted it: its place stays, its words are gone."""


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
    kind: str = "case"
    ground: str = ""
    order: int = 0
    territory: str = ""


class ShownPost(Struct, frozen=True):
    """A post as the square shows it, as far as the check reads it."""

    id: str
    restriction: ShownRestriction | UnsetType | None = UNSET
    text: str | UnsetType | None = UNSET
    stands: str | UnsetType = UNSET
    warning: str = ""
    version: int | UnsetType = UNSET
    created_at: int | UnsetType = UNSET
    edited_at: int | None = None
    visibility: str = "public"
    reply_to: str | UnsetType | None = UNSET
    reply_count: int = 0


class Mismatch(Struct, frozen=True):
    """What is wrong, and the case that it is about, -1 for none."""

    entry: int
    why: str


class Expected:
    """What the entries say of posts at a time (Unix ms).

    `titles` are those of rules by the entry that enacted them, `contents` the words that were judged, by their case.
    """

    def __init__(self, state: State, titles: Mapping[int, str], contents: Mapping[int, str], at: int) -> None:
        self._state = state
        self._titles = titles
        self._contents = contents
        self._at = at

    def restricted_posts(self) -> Iterator[str]:
        """The posts that are restricted now, for long enough that a differing clock does not matter."""
        return (key for key in self._named() if self._is_restricted(key))

    def other_posts(self, most: int) -> list[str]:
        """The latest posts that a case or a proposal names and that nothing restricts now, newest first."""
        return nlargest(most, (key for key in self._named() if not self._is_restricted(key)), key=int)

    def _named(self) -> Iterator[str]:
        for noun, key in self._state:
            if noun in (Subject, ProposedIn) and isinstance(key, str) and key.isdigit():
                yield key

    def _is_restricted(self, post: str) -> bool:
        return any(self._surely(restriction) for restriction in self._restrictions(post))

    def mismatch(self, post: str, shown: ShownPost) -> Mismatch | None:
        """What is wrong with a post as it is shown at its address, None where nothing is."""
        if shown.id != post:
            return Mismatch(-1, f"post {post} is asked for, and post {shown.id} is shown")
        if shown.restriction is UNSET:
            return Mismatch(-1, f"post {post} is shown without saying whether it is restricted")
        if shown.restriction is not None:
            return self._mismatch_of_mark(post, shown.restriction, shown)
        for restriction in self._restrictions(post):
            # Whether an order holds where the auditor reads from, the auditor cannot know.
            if self._surely(restriction) and not restriction.territory:
                return Mismatch(restriction.case, f"post {post} is restricted, and is shown as if it were not")
        if not shown.text and shown.stands != DELETED:
            return Mismatch(-1, f"post {post} is shown without its words, and no entry says so")
        return None

    def mismatch_in_timeline(self, shown: ShownPost) -> Mismatch | None:
        """What is wrong with a post's standing in a public timeline, None where nothing is."""
        for restriction in self._restrictions(shown.id):
            if restriction.sanction in HIDING and self._surely(restriction) and not restriction.territory:
                return Mismatch(restriction.case, f"post {shown.id} is in the public timeline, and an entry hides it")
        if not shown.text and not self._is_withheld_somewhere(shown.id):
            return Mismatch(-1, f"post {shown.id} is in the public timeline without its words, and no entry says so")
        return self.mismatch(shown.id, shown)

    def omission(self, shown: ShownPost) -> Mismatch | None:
        """A post is not in the public timeline: what is wrong where it is no reply and nothing restricts it."""
        if shown.reply_to or shown.restriction is not None or not shown.text or shown.visibility != "public":
            return None
        return Mismatch(-1, f"post {shown.id} is left out of the public timeline, and no entry says so")

    def absence(self, post: str) -> Mismatch | None:
        """There is nothing at the address of a post: what is wrong where it is restricted, None where it is not."""
        standing = [restriction for restriction in self._restrictions(post) if self._surely(restriction)]
        return Mismatch(standing[-1].case, f"post {post} is restricted, and is not shown at all") if standing else None

    def _mismatch_of_mark(self, post: str, mark: ShownRestriction, shown: ShownPost) -> Mismatch | None:
        if mark.kind != "case":
            return self._mismatch_of_power(post, mark, shown)
        case = self._state[Case, mark.case]
        if case is None or not case.sanction:
            return Mismatch(-1, f"post {post} is marked with case {mark.case}, and no such case restricts anything")
        keys = subject_keys(case, bulk_of(self._state, case))
        key = post if post in keys else keys[0]
        if key != post and case.sanction not in OF_ACCOUNTS:
            return Mismatch(mark.case, f"post {post} is marked with a case that is about post {case.post}")
        found = [one for one in self._restrictions(key) if one.case == mark.case and self._perhaps(one)]
        if not found:
            return Mismatch(mark.case, f"post {post} is marked with a case that does not restrict it now")
        why = self._words_wrong(mark, shown) or self._fields_wrong(found[0], mark) or self._milder(post, found[0])
        why = why or (self._judged_wrong(mark.case, case, shown) if case.post == post else "")
        return Mismatch(mark.case, f"post {post} is restricted, and {why}") if why else None

    def _mismatch_of_power(self, post: str, mark: ShownRestriction, shown: ShownPost) -> Mismatch | None:
        """What is wrong with a post that is marked as withheld by an emergency or an order."""
        found = [one for one in self._restrictions(post) if one.case == mark.case and self._perhaps(one)]
        if not found or found[0].kind != mark.kind:
            return Mismatch(mark.case, f"post {post} is marked with an {mark.kind} that does not withhold it now")
        emergency, done = self._state[Emergency, mark.case], self._state[Compliance, mark.case]
        pairs: dict[str, tuple[object, object]] = {
            "entry": (found[0].entry, mark.entry),
            "sanction": (found[0].sanction, mark.sanction),
            "until": (found[0].until, mark.until),
            "opens": (False, mark.opens),
            "ground": (emergency.ground if emergency is not None else "", mark.ground),
            "order": (done.order if done is not None else 0, mark.order),
            "territory": (found[0].territory, mark.territory),
        }
        why = self._words_wrong(mark, shown) or _wrong(pairs) or self._milder(post, found[0])
        return Mismatch(mark.case, f"post {post} is withheld, and {why}") if why else None

    def _is_withheld_somewhere(self, post: str) -> bool:
        """Whether an order for some countries withholds a post, so that its words may be missing from a timeline."""
        return any(one.territory and self._perhaps(one) for one in self._restrictions(post))

    def _words_wrong(self, mark: ShownRestriction, shown: ShownPost) -> str:
        if mark.opens and not shown.text and shown.stands not in (DELETED, FOR_FEW):
            return "its words, which anyone may open, are not there"
        return "its words, which are withheld, are shown" if not mark.opens and shown.text else ""

    def _judged_wrong(self, number: int, case: Case, shown: ShownPost) -> str:
        """What is shown is what was judged, the same version of the same date with the same words, or a later one."""
        if shown.version is UNSET or shown.created_at is UNSET:
            return "its version and its date are not told"
        said_at = shown.created_at if shown.edited_at is None else shown.edited_at
        if shown.version > case.version and said_at > case.posted >= shown.created_at:
            return ""
        if (shown.version, said_at) != (case.version, case.posted):
            return "its version and its date are not those that were judged"
        words = f"{shown.warning}\n\n{shown.text}" if shown.warning else shown.text
        judged = self._contents.get(number, words)
        return "its words are not those that were judged" if shown.text and words != judged else ""

    def _milder(self, post: str, found: Restriction) -> str:
        own = (one for one in self._restrictions(post) if self._surely(one) and not one.territory)
        stricter = [one.case for one in own if rung(one.sanction) > rung(found.sanction)]
        return f"a stricter restriction, by case {stricter[-1]}, is not shown" if stricter else ""

    def _fields_wrong(self, said: Restriction, shown: ShownRestriction) -> str:
        version = self._state[version_key(said.rule, said.version)]
        if version is None:
            return "no rule says why"
        pairs: dict[str, tuple[object, object]] = {
            "entry": (said.entry, shown.entry),
            "rule": (said.rule, shown.rule),
            "label": (version.label, shown.label),
            "title": (self._titles.get(version.enacted, shown.title), shown.title),
            "sanction": (said.sanction, shown.sanction),
            "until": (said.until, shown.until),
            "opens": (said.sanction != "withhold", shown.opens),
        }
        return _wrong(pairs)

    def _restrictions(self, key: str) -> tuple[Restriction, ...]:
        subject = self._state[Subject, key]
        return () if subject is None else tuple(sorted(subject.restrictions, key=lambda one: rung(one.sanction)))

    def _surely(self, restriction: Restriction) -> bool:
        return self._at + SLACK < restriction.until

    def _perhaps(self, restriction: Restriction) -> bool:
        return self._at - SLACK < restriction.until


def _wrong(pairs: Mapping[str, tuple[object, object]]) -> str:
    wrong = [name for name, (expected, found) in pairs.items() if expected != found]
    return f"what is said of it ({', '.join(wrong)}) is not what the entries say" if wrong else ""
