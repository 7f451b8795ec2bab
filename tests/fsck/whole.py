"""A square in which every table that the ledger determines has rows, signed, with a home beside it."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from app.clock import SetClock
from app.keyring import key_file, next_key_file, write_key
from app.signer import Signer
from app.store import boxes
from app.store.accounts import Account, add_account
from app.store.boxes import Cast
from app.store.engines import Database, Tx
from app.store.ledger import bind_accounts
from app.store.posts import NewPost, add_post
from governance.acts.appeals import JoinAppeal
from governance.acts.juries import ExcuseJuror, LeaveJury
from governance.acts.keys import RotateKey
from governance.acts.members import CloseAccount, Grant, Revoke
from governance.acts.proposals import SetTerm
from governance.boxes import ballot_commitment
from governance.cases import Case, bulk_of
from governance.emergencies import Emergency
from governance.members import number
from governance.orders import Compliance
from governance.votes import vote_of
from tests.door.square import Square
from tests.governance.boxes import Box
from tests.governance.making import signer_key
from tests.governance.polling import asks
from tests.governance.world import MEMBERS, MODERATORS, STEWARD, World

VOTERS = tuple(f"voter {one}" for one in range(280))
FIRST, SECOND = signer_key(1), signer_key(2)
"""The key that the square was founded with, and the one that follows it in the story."""
BALLOTS = 270
"""More than a tile is wide."""


class Large(World):
    """A world of so many members that a proposal takes more sponsors."""

    def sponsored(self, proposal: int, names: Iterable[str] = VOTERS[:4]) -> None:
        """Members sponsor the version that stands."""
        super().sponsored(proposal, names)


def the_story() -> World:
    """Members and a guest, cases of every kind, appeals of both sides, and votes: adopted, rejected and open."""
    world = Large.founded()
    world.joins(*MODERATORS, *MEMBERS, *VOTERS)
    for name in MODERATORS:
        world.grants(name)
    world.registers(*VOTERS[:40])
    world.visits("gus")
    _cases(world)
    _juries(world)
    _votes(world)
    grant = Grant(number(world.by("fay")), "moderator", world.after("decision"), 2)
    world.does(STEWARD, Revoke(world.does(STEWARD, grant), 2))
    world.does("eve", CloseAccount(number(world.by("eve"))))
    _powers(world)
    _texts(world)
    old, new = FIRST.verifier.public.hex(), SECOND.verifier.public.hex()
    world.does(STEWARD, RotateKey(old, new, world.after("decision")))
    world.folded("dee")
    return world


def _cases(world: World) -> None:
    """Folded and appealed, suspended and co-signed, lifted, answered none and appealed, open, and many at once."""
    world.does("max", world.maintain(world.appeals("ann", world.folded())))
    suspended = world.reports("bo", world.post("gus"), "2.1")
    world.decides("mia", suspended, "suspend", "30d")
    world.does("moe", world.co_sign(suspended))
    lifted = world.folded("cy")
    world.does("moe", world.lift(lifted))
    post = world.post("dee")
    case = world.reports("bo", post)
    world.reports("cy", post)
    world.decides("mia", case, "")
    appeal = world.reporter_appeals("bo", case)
    world.does("reporter", JoinAppeal(appeal, world.pseudonym("cy")))
    world.reports("bo", world.post("fay"))
    spam = world.reports("cy", world.post("fay"), "2.1")
    world.does("mia", world.decide(spam, "fold", others=[world.post("fay"), world.post("fay")]))


def _juries(world: World) -> None:
    """One that upheld and gave a reason, one that sees the evidence, from which one member is excused."""
    judged = world.draws(world.appeals("ann", world.folded()))
    vote = world.in_jury(judged)
    for name in world.jurors(judged)[:6]:
        world.casts(name, vote, "yes")
    world.now = vote_of(world.state, vote).closes
    world.does("clock", world.seal(vote))
    world.does("clock", world.close(vote, ("It was aimed at a person.",)))
    jury = world.draws(world.appeals("cy", world.folded("cy")))
    world.does(world.jurors(jury)[0], ExcuseJuror(jury, 0))
    world.does(VOTERS[30], LeaveJury())


def _powers(world: World) -> None:
    """Emergencies of one person and of two, and orders: obeyed, refused and sealed."""
    world.invokes("mia", world.post("ann"))
    world.does("moe", world.second(world.invokes("mia", world.post("cy"))))
    world.does("moe", world.lift(world.invokes("mia", world.post("dee"), "violence")))
    world.has_officer()
    order = world.receives()
    world.does("olga", world.comply(order, world.post("ann")))
    world.does("olga", world.refuse(order))
    world.does("olga", world.disclose(world.receives("disclose", "30d"), "m:1", sealed=True))


def _texts(world: World) -> None:
    """Reasons that were erased, and a decision beside which something is said."""
    world.grants("max", "legal_officer")
    case = world.folded("cy")
    decision = len(world.entries) - 1
    world.does("mia", world.correct(decision, case))
    world.does("max", world.erase(decision, "reasons", case))


def _votes(world: World) -> None:
    world.becomes_law(world.enact("9.1", "label"), yes=VOTERS[:BALLOTS])
    vote = world.in_vote(SetTerm("decision", "6d"), "bo")
    world.votes(vote, yes=VOTERS[:10], no=VOTERS[10:40], blank=VOTERS[40:45])
    world.elects("cy", voters=VOTERS[:20])
    poll = asks(world, ("tea", "coffee"), several=True)
    for place, name in enumerate(VOTERS[:12]):
        world.puts(name, poll, place % 4)
    world.counted(poll)
    world.proposes("cy", world.enact("9.2", "fold"))
    vote = world.in_vote(world.amend("4.1", "label"), "dee")
    world.casts("ann", vote, "yes")
    world.now += 120_000
    world.does("clock", world.seal(vote))
    world.casts("bo", vote, "no")


async def speak(database: Database, world: World) -> None:
    """Everybody who was judged has an account, and the posts that were judged are there, as they were judged."""

    async def write(tx: Tx) -> None:
        cases = [case for case in world.state.values() if isinstance(case, Case)]
        said = {case.post: (case.author, case.posted) for case in cases}
        for withheld in world.state.values():
            if isinstance(withheld, Emergency | Compliance) and withheld.post:
                said[withheld.post] = (withheld.author, withheld.posted)
        for person in {author for author, _ in said.values()}:
            one = number(person)
            account = Account(one, f"p{one}", "", "", "person", None, None, "en", "", 0)
            await add_account(tx, account, f"p{one}")
            await bind_accounts(tx, [(person, one)])
        for case in cases:
            said.update(dict.fromkeys(bulk_of(world.state, case), (case.author, case.posted)))
        for post, (author, posted) in said.items():
            one = int(post)
            await add_post(tx, NewPost(one, number(author), "words", "en", "words", None, one, posted))

    await database.write(write)


async def settle(database: Database, home: Path, world: World) -> Square:
    """The story in a database: its acts through the door, its ballots in their boxes, three checkpoints, a key."""
    for file, key in ((key_file(home), FIRST), (next_key_file(home, SECOND.verifier), SECOND)):
        write_key(file, key)
    signer = Signer(database, home, SetClock(world.now))
    square = Square(database, world)
    for until in (100, 300, len(world.entries)):
        await square.follows(at_once=512, until=until)
        await signer.look()
    for box in world.boxes.values():
        await database.write(partial(fill, world, box))
    await square.does("reporter", world.report(world.post("ann")), "key", b"print")
    await signer.look()
    return square


async def fill(world: World, box: Box, tx: Tx) -> None:
    """Put the ballots of a box into an empty one of the database, and the marks beside it."""
    row = await boxes.lock_box(tx, box.vote, vote_of(world.state, box.vote).closes)
    await boxes.mark(tx, [(box.vote, member) for member in box.marks])
    cast = [
        Cast(place, ballot_commitment(box.vote, token, choice), choice, token)
        for place, (choice, token) in enumerate(box.ballots)
    ]
    await boxes.put(tx, row, cast)
