"""A town of a few hundred members, told to the law and settled in a database by the program's own duties."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from app.clock import SystemClock
from app.duties import Duties
from app.identifiers import TIME_SHIFT, account_id, day_of
from app.keyring import key_file, write_key
from app.names import skeleton_of
from app.signer import Signer
from app.store.accounts import Account, accounts_of_members, add_account
from app.store.engines import Database, Tx
from app.store.ledger import bind_accounts
from app.store.posts import NewPost, add_post
from governance.acts.juries import JoinJury
from governance.acts.members import Admit
from governance.terms import size_of
from tests.audit.cheating import CheatingWorld
from tests.door.square import Square
from tests.fsck.whole import FIRST, VOTERS, Large, fill
from tests.governance.making import Post
from tests.governance.world import MEMBERS, MODERATORS, STEWARD

PEOPLE = (*MODERATORS, *MEMBERS, *VOTERS)
AGO = int(size_of("130d"))
"""How long before now the town was founded: what is told of it, and done in it, lies in the past of every clock."""

FOR = VOTERS[:150]
AGAINST = VOTERS[150:200]
JURORS = VOTERS[200:240]
"""Those with a place in the register of jurors."""

LASTS = "170d"
"""How long restrictions last that are to stand still when an auditor comes."""


class Crowd(CheatingWorld, Large):
    """A world of hundreds whose posts are kept, to be written where the square shows them."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Post] = []

    def post(self, author: str, text: str = "words", *, topical: bool = False) -> Post:
        """Somebody posts; the id tells when, as the square's own do."""
        made = super().post(author, text, topical=topical)
        kept = Post(str(self.now << TIME_SHIFT | self.posts), made.author, made.posted, text=text, topical=topical)
        self.said.append(kept)
        return kept

    def restricts(self, author: str, label: str, sanction: str, decider: str = "mia") -> int:
        """A post of somebody's is reported and restricted for long; returns the case."""
        case = self.reports("bo", self.post(author, f"What {author} says.", topical=label == "5.1"), label)
        self.decides(decider, case, sanction, LASTS)  # type: ignore[arg-type]
        return case


async def settle(database: Database, home: Path) -> Crowd:
    """Found the town in an empty database with its tables, and let it live for eighty days."""
    write_key(key_file(home), FIRST)
    world = Crowd.founded(at=SystemClock().now() - AGO)
    square = await Square.of(database, world)
    await _join(database, square, world)
    for name in MODERATORS:
        world.grants(name)
    for name in JURORS:
        world.does(name, JoinJury())
    world.now = world.after("vote_after")
    _live(world)
    await square.follows(at_once=512)
    await write_posts(database, world.said)
    for box in world.boxes.values():
        await database.write(partial(fill, world, box))
    await Signer(database, home, square.clock).look()
    return world


async def _join(database: Database, square: Square, world: Crowd) -> None:
    """All sign up on one day, and the clock admits them on the next, shuffled."""
    now, names = world.now, {name.replace(" ", "_"): name for name in (STEWARD, *PEOPLE)}
    accounts = [Account(account_id(now), one, "", "", "person", None, None, "en", "", day_of(now)) for one in names]

    async def sign_up(tx: Tx) -> None:
        for account in accounts:
            assert await add_account(tx, account, skeleton_of(account.handle))
        await bind_accounts(tx, [(world.by(STEWARD), accounts[0].id)])

    await database.write(sign_up)
    duties = Duties(database, square.door, square.clock)
    admitted = await duties.admit()
    world.passes("2d")
    square.clock.set(world.now)
    admitted += await duties.admit()
    assert len(PEOPLE) == admitted
    first = len(world.entries)
    for _ in PEOPLE:
        world.does("clock", Admit())
    square.told = len(world.entries)
    numbers = [f"m:{index}" for index in range(first, square.told)]
    found = await database.read(lambda tx: accounts_of_members(tx, numbers))
    world.people.update({names[account.handle]: member for member, account in found.items()})


def _live(world: Crowd) -> None:
    """A rule is adopted, another rejected; posts are folded, labelled and withheld, and others are left alone."""
    world.votes(world.in_vote(world.enact("9.8", "label")), yes=AGAINST, no=FOR)
    vote = world.in_vote(world.enact("9.1", "label", "fold"))
    world.votes(vote, yes=FOR, no=AGAINST, blank=VOTERS[200:210])
    world.enacted(vote)
    for author, label, sanction in (("ann", "9.1", "fold"), ("cy", "1.1", "withhold"), ("dee", "5.1", "label")):
        world.restricts(author, label, sanction)
    world.does("max", world.maintain(world.appeals("eve", world.restricts("eve", "4.1", "fold", "moe"))))
    for name in (*MEMBERS, *VOTERS[:40]):
        world.post(name, f"{name} has said something.")
    world.passes("1d")


async def write_posts(database: Database, said: Sequence[Post]) -> None:
    """What was said is where the square shows it."""

    async def write(tx: Tx) -> None:
        accounts = await accounts_of_members(tx, list({post.author for post in said}))
        for post in said:
            one, author = int(post.id), accounts[post.author].id
            topic = "riddles" if post.topical else ""
            await add_post(tx, NewPost(one, author, post.text, "en", topic, None, one, post.posted))

    await database.write(write)
