"""Lawful acts with all their parts, so that a story need name only what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from msgspec.structs import replace

from governance import ladder
from governance.acts.appeals import Appeal, Reconsider
from governance.acts.cases import BulkPost, CoSign, Decide, Lift, Milder, Notice, Report
from governance.acts.emergencies import Emergent, Invoke, Second
from governance.acts.juries import DrawJury
from governance.acts.orders import Comply, OrderKind, ReceiveOrder, RefuseOrder
from governance.acts.proposals import (
    Amend,
    AmendCharter,
    AmendRule,
    AnyChange,
    EnactRule,
    Freeze,
    Propose,
    RuleSpec,
    SetRanking,
    Weight,
)
from governance.acts.texts import Correct, Erase, Erasing, What, WhyErased
from governance.acts.words import LADDER, Commit, Ground, Sanction, SanctionOrNone
from governance.appeals import appeal_of
from governance.cases import Case, case_of
from governance.commitment import Opening
from governance.emergencies import UNSHOWN
from governance.entry import AnyAct
from governance.juries import drawn_seats
from governance.matters import matter_of
from governance.members import SQUARE, Square
from governance.proposals import Proposal
from governance.rankings import FORMULAS
from governance.rules import LabelOf, Rule, RuleVersion, allowed_by_both, class_of, version_key
from governance.state import State
from governance.terms import duration
from ledger.note import SignerKey

ORIGIN = "square.example/isegoria-0a1b2c3d"
OTHER = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


def public_key(number: int) -> str:
    """An Ed25519 key of that number, in hex."""
    return signer_key(number).verifier.public.hex()


def signer_key(number: int) -> SignerKey:
    """The key of that number with its secret, under the name of the squares in these tests."""
    return SignerKey(ORIGIN, bytes([number]) * 32)


def nonce(words: str) -> str:
    """What an appellant's words come to."""
    return sha256(words.encode()).hexdigest()


@dataclass(frozen=True)
class Post:
    """A version of a post as its author made it; `author` is a person such as "m:17"."""

    id: str
    author: str
    posted: int
    version: int = 1
    text: str = "words"
    topical: bool = False


class Making:
    """Builds acts from what the State says now; what it commits to is kept in `kept`, by hash."""

    state: State
    now: int

    def __init__(self) -> None:
        self.kept: dict[str, Opening] = {}
        self.secrets: dict[str, str] = {}

    def commit(self, field: str, text: str) -> Commit:
        """A commitment whose salt is as good as random and the same in every run."""
        salt = sha256(f"salt {len(self.kept)}".encode()).digest()
        opening = Opening(field, salt, text)
        made = opening.commit()
        self.kept[made.hash] = opening
        return made

    def pseudonym(self, name: str) -> str:
        """Under which somebody reports."""
        return "r:" + sha256(name.encode()).hexdigest()[:16]

    def rule(self, label: str) -> int:
        """The number of the rule that bears a label."""
        borne = self.state[LabelOf, label]
        assert borne is not None, f"no rule bears the label {label}"
        return borne.rule

    def version_of(self, rule: int, at: int) -> RuleVersion:
        """The version of a rule that was in force at a time, or else its latest."""
        latest = self.state[Rule, rule]
        assert latest is not None
        versions = [self.state[version_key(rule, number)] for number in range(1, latest.version + 1)]
        known = [version for version in versions if version is not None]
        return next((version for version in known if version.in_force_at(at)), known[-1])

    def report(self, post: Post, label: str = "4.1", by: str = "bo") -> Report:
        """A report of a post under the rule that bears a label."""
        rule = self.rule(label)
        return Report(
            post=post.id,
            version=post.version,
            posted=post.posted,
            author=post.author,
            topical=post.topical,
            rule=(rule, self.version_of(rule, post.posted).version),
            reporter=self.pseudonym(by),
            commits=(self.commit("content", post.text), self.commit("reason", "because of this")),
        )

    def decide(
        self, case: int, sanction: SanctionOrNone = "fold", lasts: int = 86_400_000, others: Sequence[Post] = ()
    ) -> Decide:
        """A decision; without a sanction it restricts nothing. `others` are further posts that it names."""
        about = case_of(self.state, case)
        rule = self.state[version_key(about.rule, about.rule_version)]
        assert rule is not None
        return Decide(
            case=case,
            rule=(about.rule, about.rule_version),
            outcome="restrict" if sanction else "none",
            sanction=sanction,
            until=self.now + min(lasts, duration(self.state, "restriction")) if sanction else 0,
            elements=(bool(sanction),) * rule.elements,
            milder=self.milder(rule, sanction),
            commits=(self.commit("reasons", f"the reasons in case {case}"),),
            distinguishes=0,
            language="en",
            coin=self.coin(f"the decision of case {case} at {self.now}"),
            notice=self.notice(about, rule, sanction),
            posts=tuple(self.bulk_post(place, post) for place, post in enumerate(others, 1)),
        )

    def bulk_post(self, place: int, post: Post) -> BulkPost:
        """Another post that a decision about spam names, at this place."""
        return BulkPost(post.id, post.version, post.posted, self.commit(f"content/{place}", post.text).hash)

    def milder(self, rule: RuleVersion, sanction: SanctionOrNone) -> tuple[Milder, ...]:
        """Why each milder sanction that the rule allows is not enough."""
        if not sanction:
            return ()
        milder: list[Sanction] = [name for name in LADDER if ladder.rung(name) < ladder.rung(sanction)]
        allowed = [name for name in milder if name in allowed_by_both(self.state, rule)]
        return tuple(Milder(name, self.commit(f"milder/{name}", f"{name} is not enough").hash) for name in allowed)

    def notice(self, case: Case, rule: RuleVersion, sanction: SanctionOrNone) -> Notice:
        """The notice that this decision owes."""
        visible = ladder.VISIBILITY.get(sanction) if sanction else None
        return Notice(
            decision_visibility=(visible,) if visible else (),
            decision_account=ladder.SUSPENDED if sanction == "suspend" else "",
            decision_ground=ladder.DECISION_GROUNDS[rule.ground],
            category=rule.category,
            content_type=("CONTENT_TYPE_TEXT",),
            source_type="SOURCE_ARTICLE_16" if rule.ground == "unlawful" else "SOURCE_TYPE_OTHER_NOTIFICATION",
            automated_detection="No",
            automated_decision=ladder.NOT_AUTOMATED,
            routes=("appeal", "authority", "court"),
            appeal_until=self.now + duration(self.state, "appeal"),
        )

    def co_sign(self, case: int) -> CoSign:
        """Another signature under a suspension."""
        return CoSign(case)

    def lift(self, case: int) -> Lift:
        """The end of a restriction, with reasons."""
        return Lift(case, (self.commit("reasons", f"why case {case} ends"),))

    def appeal(self, case: int, reporter: str = "") -> Appeal:
        """An appeal by the author, or by the reporter of that name."""
        pseudonym = self.pseudonym(reporter) if reporter else ""
        return Appeal(case, pseudonym, nonce("a few words"), 0, (self.commit("statement", "look again"),))

    def edited(self, case: int, version: int = 2) -> Appeal:
        """The author asks for another look, because the post was changed since."""
        return replace(self.appeal(case), edited=version)

    def coin(self, what: str) -> str:
        """A commitment to a secret for a draw, which is kept in `secrets`, both in hex."""
        secret = sha256(what.encode()).digest()
        made = sha256(secret).hexdigest()
        self.secrets[made] = secret.hex()
        return made

    def draw(self, appeal: int) -> DrawJury:
        """The draw of a jury for an appeal, as the seed says now."""
        matter = matter_of(self.state, appeal)
        secret = self.secrets.get(matter.coin, "0" * 64)
        seats = drawn_seats(self.state, matter, secret)
        return DrawJury(appeal, secret, seats, self.coin(f"the draw for {appeal}") if matter.may_be_appealed else "")

    def reverse(self, appeal: int) -> Reconsider:
        """A second look that reverses."""
        return Reconsider(appeal, "reverse", (self.commit("reasons", "it was wrong"),))

    def maintain(self, appeal: int) -> Reconsider:
        """A second look that maintains."""
        case = appeal_of(self.state, appeal).case
        return Reconsider(appeal, "maintain", (self.commit("reasons", f"case {case} was right"),))

    def invoke(self, post: Post, ground: Emergent = "doxxing") -> Invoke:
        """An emergency about a post, with all that its ground asks for."""
        commits: tuple[Commit, ...] = ()
        coin = ""
        if ground != UNSHOWN:
            coin = self.coin(f"the emergency about {post.id}")
            commits = (self.commit("content", post.text), self.commit("reasons", f"it is {ground}"))
        return Invoke(post.id, post.version, post.posted, post.author, ground, coin, commits)

    def second(self, emergency: int, *, unshown: bool = False) -> Second:
        """Another signature under an emergency."""
        return Second(emergency, "" if unshown else sha256(b"a few words").hexdigest())

    def receive(self, kind: OrderKind = "withhold", sealed: int = 0) -> ReceiveOrder:
        """An order of a court, sealed for so many ms or not at all."""
        commits = (self.commit("authority", "the court"), self.commit("basis", "section 1"))
        return ReceiveOrder(kind, self.now + sealed if sealed else 0, commits)

    def comply(self, order: int, post: Post, territory: str = "DE,FR", lasts: int = 86_400_000) -> Comply:
        """A post is withheld for an order, "" for the globe."""
        commits: tuple[Commit, ...] = (self.commit("reasons", "the court says so"),)
        if not territory:
            commits = (*commits, self.commit("globe", "no territory would do"))
        until = self.now + lasts
        return Comply(order, post.id, post.version, post.posted, post.author, territory, until, commits)

    def disclose(self, order: int, person: str = "", *, sealed: bool = False) -> Comply:
        """Data about a person, such as "m:17", are handed over; who it is is bound while the order is sealed."""
        commits: tuple[Commit, ...] = (
            self.commit("disclosed", "the address"),
            self.commit("reasons", "the court says so"),
        )
        if sealed:
            commits = (*commits, self.commit("person", person))
        return Comply(order, "", 0, 0, "" if sealed else person, "", 0, commits)

    def refuse(self, order: int) -> RefuseOrder:
        """An order is refused, with reasons."""
        return RefuseOrder(order, (self.commit("reasons", "no law allows it"),))

    def erase(self, entry: int, what: What, of: int, ground: WhyErased = "order", by: str = "") -> Erase:
        """The erasure of one text; `by` is the name of who reported, where the text is a report's or their appeal's."""
        return Erase((Erasing(entry, what, of, self.pseudonym(by) if by else ""),), ground)

    def correct(self, entry: int, case: int = 0) -> Correct:
        """Something said beside an entry that is wrong."""
        return Correct(entry, case, (self.commit("correction", f"entry {entry} is wrong"),))

    def spec(self, label: str, *sanctions: Sanction, ground: Ground = "incompatible", elements: int = 1) -> RuleSpec:
        """What the machine reads of a rule."""
        return RuleSpec(
            label, sanctions, elements, ground, topical=False, category=OTHER, kind="judgment", tests=0, condition=""
        )

    def words(self, spec: RuleSpec) -> tuple[Commit, ...]:
        """What people read of a rule."""
        numbered = [f"element/{number}" for number in range(1, spec.elements + 1)]
        numbered += [f"test/{number}" for number in range(1, spec.tests + 1)]
        condition = ["condition"] if spec.condition else []
        fields = ("title", "text", "aim", *numbered, *condition)
        return tuple(self.commit(field, f"{field} of {spec.label}") for field in fields)

    def enact(self, label: str, *sanctions: Sanction) -> EnactRule:
        """A new rule."""
        spec = self.spec(label, *sanctions)
        return EnactRule(spec, self.words(spec))

    def amend(self, label: str, *sanctions: Sanction) -> AmendRule:
        """Another version of the rule that bears a label, with these sanctions."""
        spec = self.spec(label, *sanctions)
        return AmendRule(self.rule(label), spec, self.words(spec))

    def amend_to_spam(self, label: str, *sanctions: Sanction) -> AmendRule:
        """Another version of a rule against spam, with these sanctions."""
        change = self.amend(label, *sanctions)
        return replace(change, rule=replace(change.rule, kind="spam"))

    def ranking(self, *points: int, first: bool = False, ranking: str = "lively") -> SetRanking:
        """Other weights of a ranking, in the order of its formula."""
        weights = zip(FORMULAS.get(ranking, ()), points, strict=False)
        return SetRanking(ranking, tuple(Weight(name, value) for name, value in weights), first)

    def charter(self, text: str, *, program: bool = False) -> AmendCharter:
        """Another text of the charter."""
        return AmendCharter(sha256(text.encode()).hexdigest(), program, (self.commit("text", text),))

    def propose(self, post: Post, change: AnyChange) -> Propose:
        """A proposal of the class that the law computes."""
        return Propose(post.id, change, class_of(self.state, change))

    def freeze(self, proposal: int, version: int = 0) -> Freeze:
        """The freeze of the version that stands, or of another."""
        stands = self.state[Proposal, proposal]
        version = version or (stands.version if stands is not None else 1)
        return Freeze(proposal, version, (self.commit("preview", '{"v":1}'),))

    def amendment(self, proposal: int, change: AnyChange) -> Amend:
        """Another text of a proposal, of the class that the law computes."""
        return Amend(proposal, change, class_of(self.state, change))

    def founded_at(self) -> int:
        """When the square was founded."""
        square = self.state[Square, SQUARE]
        assert square is not None
        return square.founded


def hashes_of(act: AnyAct) -> list[str]:
    """The hashes of all commitments of an act, in the order in which they stand in it."""
    commits: tuple[Commit, ...] = getattr(act, "commits", ()) or getattr(getattr(act, "change", None), "commits", ())
    hashes = [commit.hash for commit in commits]
    if isinstance(act, Decide):
        hashes += [*(answer.hash for answer in act.milder), *(one.hash for one in act.posts)]
    return hashes
