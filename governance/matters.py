"""What a jury may be drawn for: an appeal that another pair of eyes did not settle, or an emergency that two signed."""

from typing import Literal

import msgspec
from msgspec import Struct

from governance.acts.juries import DrawJury
from governance.appeals import Appealed, appeal_of, is_unlawful
from governance.cases import case_of
from governance.emergencies import Emergency
from governance.errors import Refused
from governance.members import number
from governance.state import Changes, State


class Matter(Struct, frozen=True):
    """What a jury is drawn for: `index` is the entry of the appeal, or of the emergency, which is its own `case`.

    Both `coin` and `nonce` are 32 bytes in hex.

    `pool` is how many places of the register of jurors were taken when the decision was made, at `decided_at`. `apart`
    are the members who cannot judge it. `asks` is what the jury is asked: whether the decision is upheld, or whether
    the case is returned.
    """

    index: int
    case: int
    asks: Literal["uphold", "return"]
    instance: int
    coin: str
    nonce: str
    pool: int
    decided_at: int
    apart: frozenset[int]
    may_be_appealed: bool


def matter_of(state: State, index: int) -> Matter:
    """The matter; raises Refused [appeal-1] where there is none."""
    emergency = state[Emergency, index]
    if emergency is not None:
        return _of_emergency(index, emergency)
    appeal = appeal_of(state, index)
    case = case_of(state, appeal.case)
    apart = {*case.deciders, *appeal.judged_by}
    if case.author.startswith("m:"):
        apart.add(number(case.author))
    return Matter(
        index=index,
        case=appeal.case,
        asks="uphold" if appeal.side == "author" else "return",
        instance=appeal.instance,
        coin=appeal.coin or case.coin,
        nonce=appeal.nonce,
        pool=case.pool,
        decided_at=case.decided_at,
        apart=frozenset(apart),
        may_be_appealed=appeal.instance == 1,
    )


def _of_emergency(index: int, emergency: Emergency) -> Matter:
    apart = {person for person in (emergency.author, emergency.by, emergency.second) if person.startswith("m:")}
    return Matter(
        index=index,
        case=index,
        asks="uphold",
        instance=1,
        coin=emergency.coin,
        nonce=emergency.nonce,
        pool=emergency.pool,
        decided_at=emergency.invoked_at,
        apart=frozenset(number(person) for person in apart),
        may_be_appealed=False,
    )


def check_may_be_drawn(state: State, matter: Matter, at: int) -> None:
    """A jury is drawn once, of a decision that stands, for what nobody else answers any more, and in time."""
    emergency = state[Emergency, matter.index]
    if emergency is not None:
        _check_emergency(emergency, at)
        return
    appeal = appeal_of(state, matter.index)
    case = case_of(state, matter.case)
    if appeal.jury:
        raise Refused("jury-2", "jury %(jury)s was drawn for this appeal already", jury=appeal.jury)
    if appeal.decision == 0 or appeal.decision != case.decision or case.status != "decided":
        raise Refused("jury-2", "there is no decision that a jury could judge: it is open, ended, or another one")
    if appeal.instance == 0:
        raise Refused("jury-2", "what is asked because the post was edited is answered by a moderator alone")
    is_waiting = appeal.status == "maintained" or (appeal.status == "open" and at >= appeal.due_at)
    if not is_waiting:
        raise Refused("jury-2", "another moderator may still look at this decision, or has reversed it")
    if at >= appeal.ends_at and not is_unlawful(state, case):
        raise Refused("jury-2", "the term `appeal_total` has passed, and with it the time to draw a jury")


def _check_emergency(emergency: Emergency, at: int) -> None:
    if emergency.jury:
        raise Refused("jury-2", "jury %(jury)s was drawn for this emergency already", jury=emergency.jury)
    if emergency.status != "seconded" or emergency.is_unshown or not emergency.stands_at(at):
        raise Refused("jury-2", "a jury is drawn for an emergency that two have signed and that stands")


def after_draw(state: State, act: DrawJury, index: int) -> Changes:
    """The appeal, or the emergency, waits for its jury."""
    emergency = state[Emergency, act.matter]
    if emergency is not None:
        return {(Emergency, act.matter): msgspec.structs.replace(emergency, jury=index)}
    appeal = appeal_of(state, act.matter)
    drawn = msgspec.structs.replace(
        appeal, status="jury", jury=index, next_coin=act.coin, judged_by=(*appeal.judged_by, *act.seats)
    )
    return {(Appealed, act.matter): drawn}
