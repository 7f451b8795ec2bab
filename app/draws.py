"""The draw of a jury as its page shows it: what went in, and every place that came out, for anyone to draw again."""

from hashlib import sha256
from itertools import islice
from typing import Final, Literal

from msgspec import Struct

from app.store.cases import appeals_of, entries_among
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.jurors import members_at
from governance.acts.juries import DrawJury
from governance.appeals import Appealed
from governance.draw import places, seed_of
from governance.emergencies import Emergency
from governance.juries import Jury, Out

RECOMPUTE: Final = """\
from hashlib import sha256

case, length = {case}, {length}
secret = "{secret}"
nonce = "{nonce}"

def number(n):
    return n.to_bytes(8, "big")

text = b"isegoria/jury/v1\\0" + number(case) + number(length) + bytes.fromhex(secret + nonce)
seed = sha256(text).digest()

def words(counter=0):
    while True:
        yield int.from_bytes(sha256(seed + number(counter)).digest()[:8], "big")
        counter += 1

def below(bound, words=words()):
    return next(word for word in words if word < 2**64 - 2**64 % bound) % bound

places = list(range(length))
for here in range(length):
    there = here + below(length - here)
    places[here], places[there] = places[there], places[here]
print(sha256(bytes.fromhex(secret)).hexdigest(), seed.hex(), places[:{shown}])
"""
"""What draws again: a few lines that need nothing of this square. They print the coin, the seed and the places."""


class PlaceTold(Struct, frozen=True):
    """A place of the register that the seed drew: whose it is, and its seat (from 0), or why it was passed over."""

    place: int
    member: str
    seat: int | None
    why: Out | Literal[""]


class DrawTold(Struct, frozen=True):
    """A draw. `coin` was committed to by entry `committed`, before the `nonce` of entry `brought` came.

    `secret`, `nonce`, `coin` and `seed` are 32 bytes in hex; the pool is the first `length` places of the register.
    `places` are in the order of the draw, up to the last seat; `program` are lines of Python that draw again.
    """

    case: int
    brought: int
    committed: int
    coin: str
    secret: str
    nonce: str
    length: int
    seed: str
    places: tuple[PlaceTold, ...]
    program: str


class _Hands(Struct, frozen=True):
    """The entries that brought the coin and the nonce (32 bytes in hex) of a draw."""

    committed: int
    brought: int
    nonce: str


async def draw_of(tx: Tx, index: int, jury: Jury) -> DrawTold:
    """How a jury was drawn."""
    act = (await entries_among(tx, [index]))[index].act
    assert isinstance(act, DrawJury)
    hands = await _hands(tx, jury)
    seed = seed_of(jury.case, jury.pool, bytes.fromhex(act.secret), bytes.fromhex(hands.nonce))
    drawn = list(islice(places(seed, jury.pool), len(jury.seats) + len(jury.passed)))
    members = await members_at(tx, drawn)
    why = {one.place: one.why for one in jury.passed}
    seats = {member: seat for seat, member in enumerate(jury.seats)}
    told = tuple(
        PlaceTold(place, f"m:{members[place]}", None if place in why else seats[members[place]], why.get(place, ""))
        for place in drawn
    )
    return DrawTold(
        case=jury.case,
        brought=hands.brought,
        committed=hands.committed,
        coin=sha256(bytes.fromhex(act.secret)).hexdigest(),
        secret=act.secret,
        nonce=hands.nonce,
        length=jury.pool,
        seed=seed.hex(),
        places=told,
        program=RECOMPUTE.format(
            case=jury.case, length=jury.pool, secret=act.secret, nonce=hands.nonce, shown=len(told)
        ),
    )


async def _hands(tx: Tx, jury: Jury) -> _Hands:
    emergency = await value_of(tx, Emergency, jury.matter)
    if emergency is not None:
        return _Hands(jury.matter, emergency.seconded, emergency.nonce)
    appeal = await value_of(tx, Appealed, jury.matter)
    assert appeal is not None, "a jury is drawn for an appeal or an emergency"
    committed = await _first_jury(tx, jury) if jury.instance > 1 else appeal.decision
    return _Hands(committed, jury.matter, appeal.nonce)


async def _first_jury(tx: Tx, jury: Jury) -> int:
    """The draw that committed to the coin of this one."""
    appeals = (await appeals_of(tx, [jury.case])).values()
    return next(appeal.jury for appeal in appeals if appeal.second == jury.matter)
