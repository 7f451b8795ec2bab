"""A square told as a story: people, posts, acts and time over the pure law, with no clock and no database."""

from collections.abc import Callable, Iterable
from typing import Self

import pytest

from governance.acts.cases import Decide
from governance.acts.elections import Stand
from governance.acts.emergencies import Emergent
from governance.acts.juries import JoinJury
from governance.acts.members import Admit, AdmitGuest, Grant
from governance.acts.orders import OrderKind
from governance.acts.proposals import AnyChange, Elect, Enact, EnactRule, Sponsor
from governance.acts.texts import Erase
from governance.acts.votes import CloseVote, OpenVote, SealBox
from governance.acts.words import Role, SanctionOrNone
from governance.appeals import Appealed
from governance.cases import case_of, known_case, subject_of
from governance.charter import Charter
from governance.commitment import Opening
from governance.elections import candidates_of
from governance.entry import AnyAct, Entry, decode, encode
from governance.errors import Refused
from governance.juries import jury_of
from governance.law import apply, check
from governance.members import Member, Place, holds, number, register_of
from governance.proposals import proposal_of
from governance.state import State
from governance.terms import duration, size_of
from governance.texts import what_of
from governance.votes import check_ballot, vote_of
from tests.governance.boxes import CHOICE, Box, root
from tests.governance.charters import the_charter
from tests.governance.making import Making, Post, hashes_of

START = 1_790_000_000_000
STEWARD = "sol"
MODERATORS = ("mia", "moe", "max")
MEMBERS = ("ann", "bo", "cy", "dee", "eve", "fay")


class World(Making):
    """A square over a dictionary. `people` are numbers by name; `leaves` and `openings` what it would publish."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.now = START
        self.entries: list[Entry] = []
        self.leaves: list[bytes] = []
        self.openings: list[tuple[int, Opening]] = []
        self.people: dict[str, str] = {}
        self.boxes: dict[int, Box] = {}
        self.posts = 0
        self.refusals: list[Refused] = []

    @classmethod
    def founded(cls, charter: Charter | None = None, at: int = START) -> Self:
        """A square with its steward and its founding rules, and nobody else."""
        world, charter = cls(), charter or the_charter()
        world.now = at
        world.does("founding", charter.found("The square", "square.example/isegoria-0a1b2c3d"))
        world.people[STEWARD] = f"m:{world.does('founding', Admit())}"
        world.does("founding", Grant(number(world.people[STEWARD]), "steward", world.after("founding_time"), 0))
        for rule in charter.rules:
            commits = tuple(world.commit(field, text) for field, text in rule.words().items())
            world.does("founding", Enact(0, EnactRule(rule.spec(), commits)))
        return world

    @classmethod
    def peopled(cls, charter: Charter | None = None) -> Self:
        """A founded square with three moderators and six members, all long enough there to vote."""
        world = cls.founded(charter)
        world.joins(*MODERATORS, *MEMBERS)
        for name in MODERATORS:
            world.grants(name)
        world.now = world.after("vote_after")
        return world

    # The law.

    def does(self, who: str, act: AnyAct) -> int:
        """The act is lawful, and becomes the entry whose index is returned."""
        entry, index = Entry(act, self.now, self.by(who)), len(self.entries)
        check(self.state, entry)
        self.state.update(apply(self.state, entry, index))
        leaf = encode(entry)
        assert entry == decode(leaf)
        self._write(entry, leaf)
        return index

    def _write(self, entry: Entry, leaf: bytes) -> None:
        self.openings += [(len(self.entries), self.kept[made]) for made in hashes_of(entry.act) if made in self.kept]
        self.entries.append(entry)
        self.leaves.append(leaf)
        if isinstance(entry.act, Erase):
            gone = {(one.entry, one.what) for one in entry.act.entries}
            self.openings = [(at, one) for at, one in self.openings if (at, what_of(one.field)) not in gone]

    def is_refused(self, clause: str, who: str, act: AnyAct) -> Refused:
        """The act is refused, by this clause, and leaves nothing."""
        before = dict(self.state)
        refusal = self.refuses(clause, lambda: self._ask(Entry(act, self.now, self.by(who))))
        assert before == self.state
        return refusal

    def _ask(self, entry: Entry) -> None:
        check(self.state, entry)
        apply(self.state, entry, len(self.entries))

    def refuses(self, clause: str, question: Callable[[], None]) -> Refused:
        """The law answers a question with this clause."""
        with pytest.raises(Refused) as caught:
            question()
        assert clause == caught.value.clause, caught.value
        self.refusals.append(caught.value)
        return caught.value

    def by(self, who: str) -> str:
        """As whom somebody acts: a name, or what stands in an entry already."""
        return self.people.get(who, who)

    def beside(self, other: "World") -> "World":
        """Another square, whose refusals are told among this one's."""
        other.refusals = self.refusals
        return other

    # Time.

    def passes(self, span: str) -> None:
        """Time passes: "3d", "10m"."""
        self.now += int(size_of(span))

    def after(self, term: str) -> int:
        """When a term is over that begins now."""
        return self.now + duration(self.state, term)

    # People and posts.

    def joins(self, *names: str) -> None:
        """The clock admits members."""
        for name in names:
            self.people[name] = f"m:{self.does('clock', Admit())}"

    def visits(self, name: str) -> None:
        """The clock admits a guest."""
        self.people[name] = f"g:{self.does('clock', AdmitGuest())}"

    def grants(self, name: str, role: Role = "moderator") -> int:
        """The steward gives somebody an office; returns the grant."""
        office = holds(self.state, "steward", number(self.by(STEWARD)), self.now)
        assert office is not None
        return self.does(STEWARD, Grant(number(self.by(name)), role, self.after("office"), office.grant))

    def post(self, author: str, text: str = "words", *, topical: bool = False) -> Post:
        """Somebody posts."""
        self.posts += 1
        return Post(str(10**17 + self.posts), self.by(author), self.now, text=text, topical=topical)

    def post_of(self, case: int) -> Post:
        """The post that a case is about."""
        about = case_of(self.state, case)
        return Post(about.post, about.author, about.posted, about.version)

    # Cases.

    def reports(self, name: str, post: Post, label: str = "4.1") -> int:
        """Somebody reports a post; returns the case."""
        act = self.report(post, label, name)
        self.does("reporter", act)
        case = known_case(subject_of(self.state, post.id), act.rule[0], post.version)
        assert case is not None
        return case

    def decides(self, name: str, case: int, sanction: SanctionOrNone = "fold", lasts: str = "1d") -> Decide:
        """A moderator decides; returns the act."""
        act = self.decide(case, sanction, int(size_of(lasts)))
        self.does(name, act)
        return act

    def folded(self, author: str = "ann", label: str = "4.1", decider: str = "mia") -> int:
        """A post of this author was reported by bo and folded; returns the case."""
        case = self.reports("bo", self.post(author), label)
        self.decides(decider, case)
        return case

    def appeals(self, author: str, case: int) -> int:
        """The author appeals; returns the appeal."""
        return self.does(author, self.appeal(case))

    def reporter_appeals(self, name: str, case: int) -> int:
        """One who reported appeals; returns the appeal."""
        return self.does("reporter", self.appeal(case, name))

    def appealed(self, appeal: int) -> Appealed:
        """The appeal as it stands."""
        value = self.state[Appealed, appeal]
        assert value is not None
        return value

    # Emergencies and orders.

    def has_officer(self, name: str = "olga") -> None:
        """Somebody joins and becomes the legal officer."""
        self.joins(name)
        self.grants(name, "legal_officer")

    def invokes(self, name: str, post: Post, ground: Emergent = "doxxing") -> int:
        """Somebody withholds a post as an emergency; returns it."""
        return self.does(name, self.invoke(post, ground))

    def receives(self, kind: OrderKind = "withhold", sealed: str = "", officer: str = "olga") -> int:
        """The legal officer enters an order, sealed for a time or open; returns it."""
        return self.does(officer, self.receive(kind, int(size_of(sealed)) if sealed else 0))

    # Elections.

    def election(self, *names: str, role: Role = "moderator", seats: int = 1, proposer: str = "ann") -> int:
        """An election is proposed, and these members stand in it; returns the proposal."""
        proposal = self.proposes(proposer, Elect(role, seats))
        for name in names:
            self.does(name, Stand(proposal))
        return proposal

    def approves(self, name: str, vote: int, *names: str) -> int:
        """A member casts a ballot that approves these candidates; returns its place in the box."""
        candidates = candidates_of(self.state, vote_of(self.state, vote).proposal)
        choice = sum(1 << candidates.index(number(self.by(one))) for one in names)
        return self.puts(name, vote, choice)

    def counted(self, vote: int) -> str:
        """The box is sealed and the vote closed at its date; returns its result."""
        self.now = vote_of(self.state, vote).closes
        if self.boxes[vote].ballots:
            self.does("clock", self.seal(vote))
        self.does("clock", self.close(vote))
        return vote_of(self.state, vote).status

    def take_office(self, name: str, proposal: int, role: Role = "moderator") -> Grant:
        """The act that gives an office to whom an election chose."""
        return Grant(number(self.by(name)), role, self.after("office"), proposal)

    def elects(self, *names: str, role: Role = "moderator", voters: Iterable[str] = ()) -> int:
        """These members are elected by all, and take office; returns the proposal."""
        proposal = self.election(*names, role=role, seats=len(names))
        self.frozen(proposal)
        vote = self.opens_vote(proposal)
        for name in tuple(voters) or MEMBERS:
            self.approves(name, vote, *names)
        assert self.counted(vote) == "adopted"
        self.now = proposal_of(self.state, proposal).due_at
        self.does("clock", Enact(proposal, proposal_of(self.state, proposal).change))
        for name in names:
            self.does("clock", self.take_office(name, proposal, role))
        return proposal

    # Juries.

    def registers(self, *names: str) -> None:
        """Members take places in the register of jurors, and these come to count."""
        for name in names:
            self.does(name, JoinJury())
        self.now = self.after("vote_after")

    def draws(self, appeal: int) -> int:
        """The clock draws a jury, for an appeal as soon as another look is over; returns the jury."""
        value = self.state[Appealed, appeal]
        if value is not None and value.status == "open":
            self.now = max(self.now, value.due_at)
        return self.does("clock", self.draw(appeal))

    def jurors(self, jury: int) -> list[str]:
        """Who sits, by name, in the order of the seats."""
        names = {number(person): name for name, person in self.people.items()}
        return [names[member] for member in jury_of(self.state, jury).serving]

    def open_jury(self, jury: int) -> OpenVote:
        """The act that opens the vote of a jury now."""
        roll = jury_of(self.state, jury).roll
        leaves = [f"m:{member}".encode() for member in roll]
        return OpenVote(0, jury, 0, len(roll), root(leaves), self.after("verdict"))

    def in_jury(self, jury: int) -> int:
        """The evidence is closed and the vote of the jury open; returns the vote."""
        self.now = max(self.now, jury_of(self.state, jury).evidence_until)
        vote = self.does("clock", self.open_jury(jury))
        self.boxes[vote] = Box(vote)
        return vote

    def judges(self, jury: int, carry: int, fail: int = 0, blank: int = 0) -> str:
        """So many jurors vote each way; returns what became of the jury."""
        vote, names = self.in_jury(jury), self.jurors(jury)
        yes, no, rest = names[:carry], names[carry : carry + fail], names[carry + fail : carry + fail + blank]
        self.votes(vote, yes=yes, no=no, blank=rest)
        return jury_of(self.state, jury).status

    # Proposals and votes.

    def proposes(self, name: str, change: AnyChange) -> int:
        """A member proposes a change in a post of their own; returns the proposal."""
        return self.does(name, self.propose(self.post(name), change))

    def sponsored(self, proposal: int, names: Iterable[str] = ("bo", "cy")) -> None:
        """Members sponsor the version that stands."""
        for name in names:
            self.does(name, Sponsor(proposal, proposal_of(self.state, proposal).version))

    def frozen(self, proposal: int) -> None:
        """Sponsored, discussed, and frozen by the clock."""
        self.sponsored(proposal)
        self.now = proposal_of(self.state, proposal).due_at
        self.does("clock", self.freeze(proposal))

    def open_vote(self, proposal: int) -> OpenVote:
        """The act that opens the vote now, on the roll as it is now."""
        roll = self.roll(proposal_of(self.state, proposal).edge)
        leaves = [f"m:{member}".encode() for member in roll]
        return OpenVote(proposal, 0, register_of(self.state).closures, len(roll), root(leaves), self.after("voting"))

    def roll(self, edge: int) -> list[int]:
        """The members of the first `edge` places whose accounts are open."""
        places = [self.state[Place, place] for place in range(edge)]
        numbers = [place.member for place in places if place is not None]
        members = [(one, self.state[Member, one]) for one in numbers]
        return [one for one, member in members if member is not None and not member.closed]

    def opens_vote(self, proposal: int) -> int:
        """The clock opens the vote as soon as it may; returns the vote."""
        self.now = max(self.now, proposal_of(self.state, proposal).due_at)
        vote = self.does("clock", self.open_vote(proposal))
        self.boxes[vote] = Box(vote)
        return vote

    def in_vote(self, change: AnyChange, proposer: str = "ann") -> int:
        """A change is proposed, sponsored, frozen and put to the vote; returns the vote."""
        proposal = self.proposes(proposer, change)
        self.frozen(proposal)
        return self.opens_vote(proposal)

    def casts(self, name: str, vote: int, choice: str) -> int:
        """A member casts a ballot, as the service does; returns its place in the box."""
        return self.puts(name, vote, CHOICE[choice])

    def puts(self, name: str, vote: int, choice: int) -> int:
        """A member casts a ballot that says a number; returns its place in the box."""
        member = number(self.by(name))
        check_ballot(vote_of(self.state, vote), member, self.state[Member, member], choice, self.now)
        assert member not in self.boxes[vote].marks
        return self.boxes[vote].put(member, choice)

    def seal(self, vote: int) -> SealBox:
        """The act that seals the box as it is."""
        entries = self.boxes[vote].entries()
        return SealBox(vote, len(entries), root(entries))

    def close(self, vote: int, reasons: Iterable[str] = ()) -> CloseVote:
        """The act that closes the vote with the box that was sealed last."""
        box, value = self.boxes[vote], vote_of(self.state, vote)
        size = value.sealed_size
        return CloseVote(
            vote=vote,
            size=size,
            root=value.sealed_root,
            openings_root=root(box.openings(size)),
            marks_root=root(box.mark_lines()),
            late=len(box.ballots) - size,
            counts=box.counts(value, size),
            commits=tuple(self.commit(f"reasons/{n}", said) for n, said in enumerate(reasons, 1)),
        )

    def votes(self, vote: int, yes: Iterable[str] = (), no: Iterable[str] = (), blank: Iterable[str] = ()) -> str:
        """These members vote, the box is sealed, the vote closed; returns its result."""
        for choice, names in (("yes", yes), ("no", no), ("blank", blank)):
            for name in names:
                self.casts(name, vote, choice)
        return self.counted(vote)

    def becomes_law(self, change: AnyChange, yes: Iterable[str] = MEMBERS) -> int:
        """A change is adopted and comes into force; returns the entry that enacts it."""
        vote = self.in_vote(change)
        yes = tuple(yes)
        assert self.votes(vote, yes=yes) == "adopted"
        proposal = vote_of(self.state, vote).proposal
        if proposal_of(self.state, proposal).status == "between":
            vote = self.opens_vote(proposal)
            assert self.votes(vote, yes=yes) == "adopted"
        return self.enacted(vote)

    def enacted(self, vote: int) -> int:
        """What a vote adopted comes into force in its time; returns the entry that enacts it."""
        proposal = vote_of(self.state, vote).proposal
        adopted = proposal_of(self.state, proposal)
        self.now = adopted.due_at
        return self.does("clock", Enact(proposal, adopted.change))
