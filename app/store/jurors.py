"""Juries as people look at them: which there are, in which somebody sits, and who of a jury reported what it judges."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from app.store.engines import Tx
from app.store.governed import values_of
from governance.juries import Jury, JuryPlace
from governance.votes import Vote


class Verdicts(Struct, frozen=True):
    """How many juries on the appeals of a side stand so."""

    side: str
    status: str
    n: int


class _Id(Struct, frozen=True):
    id: int


class _Number(Struct, frozen=True):
    n: int


class _Member(Struct, frozen=True):
    member: str


async def juries_before(tx: Tx, before: int, most: int) -> dict[int, Jury]:
    """Juries, newest first, those before an entry."""
    sql = "select id from gov_jury where id < {} order by id desc limit {}"
    return await _in_order(tx, [row.id for row in await tx.all(_Id, sql, before, most)])


async def juries_with(tx: Tx, member: int) -> dict[int, Jury]:
    """The juries that have still to answer and in which a member has a seat, as a juror or as an alternate."""
    sql = "select id from gov_jury where status in ('evidence', 'voting') and seats like {} order by id"
    found = await _in_order(tx, [row.id for row in await tx.all(_Id, sql, f"%/{member}/%")])
    return {index: jury for index, jury in found.items() if member in jury.present}


async def cases_judged_by(tx: Tx, member: int) -> frozenset[int]:
    """The cases in which a member is a juror now."""
    return frozenset(jury.case for jury in (await juries_with(tx, member)).values() if member in jury.serving)


async def juries_in(tx: Tx, case: int) -> dict[int, Jury]:
    """The juries that were drawn in a case, the first one first."""
    sql = "select id from gov_jury where case_id = {} order by id"
    return await _in_order(tx, [row.id for row in await tx.all(_Id, sql, case)])


async def verdicts(tx: Tx) -> list[Verdicts]:
    """How many juries there are, by the side whose appeal they judge and by how they stand."""
    sql = (
        "select a.side, j.status, count(*) as n from gov_jury j join gov_appeal a on a.id = j.matter"
        " group by a.side, j.status order by a.side, j.status"
    )
    return await tx.all(Verdicts, sql)


async def jurors_present(tx: Tx) -> int:
    """How many members have a place in the register now."""
    row = await tx.one(_Number, "select count(*) as n from gov_juror where left_at = 0")
    return row.n if row is not None else 0


async def members_at(tx: Tx, places: Collection[int]) -> dict[int, int]:
    """Whose these places of the register are."""
    found = await values_of(tx, JuryPlace, places)
    return {int(place): value.member for place, value in found.items()}


async def recused(tx: Tx, votes: Mapping[int, Vote], members: Collection[int]) -> set[tuple[int, int]]:
    """Who of these members reported what their jury judges, as (vote, member); of other votes nobody."""
    juries = {number: vote.jury for number, vote in votes.items() if vote.jury}
    cases = await values_of(tx, Jury, set(juries.values())) if juries else {}
    sql = (
        "select a.member from reporter_name n join account a on a.id = n.account"
        " join gov_reporter r on r.reporter = n.pseudonym where a.member in {among} and r.case_id = {}"
    )
    names = sorted(f"m:{member}" for member in members)
    return {
        (number, int(row.member[2:]))
        for number, jury in juries.items()
        for row in await tx.among(_Member, sql, names, cases[jury].case)
    }


async def _in_order(tx: Tx, ids: list[int]) -> dict[int, Jury]:
    found = await values_of(tx, Jury, ids)
    return {id_: found[id_] for id_ in ids}
