"""Ballots: many at once, sealed, counted from what is published, found again, and joined to nobody."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar

import httpx
import msgspec
import pytest

from app.ballots import Ballot
from app.deeds import KeyReused
from app.square import Square
from app.store.engines import Tx
from app.store.ledger import read_bodies
from app.store.tables import TABLES
from app.store.transaction import Value
from governance.acts.votes import CloseVote, SealBox
from governance.audit.sources import Ballot as Opened
from governance.audit.sources import Mark
from governance.boxes import ballot_commitment
from governance.entry import decode
from governance.errors import Refused
from ledger.client import HttpReader
from ledger.merkle import check_inclusion, hash_leaf
from ledger.verify import verify_sublog
from tests.votes.told import Receipt, SignedIn
from tests.votes.town import NAMES, Town, rule
from tests.web.serving import Site

A = TypeVar("A", CloseVote, SealBox)

CROWD = 300
AT_ONCE = 100


def test_three_hundred_vote_at_once(site: Site) -> None:
    """Each has one ballot, each receipt finds it, and all that is published verifies against the closing entry."""
    town = Town.settled(site, [*NAMES, *(f"voter{n}" for n in range(CROWD))])
    try:
        vote = town.to_vote(town.proposes("ann", **rule()), "bo", "cy", "dee", "eve").vote
        voters = town.sessions(*(f"voter{n}" for n in range(CROWD)))
        choices = [(0, 0, 1, 2)[n % 4] for n in range(CROWD)]
        receipts = asyncio.run(_cast(site.url, vote, voters, choices))
        assert list(range(CROWD)) == sorted(receipt.place for receipt in receipts)
        assert CROWD == len({receipt.token for receipt in receipts})
        assert choices == [receipt.choice for receipt in receipts]
        told = town.closes(town.program().get(f"/votes/{vote}").json()["proposal"]).votes[0]
        assert (CROWD, 0) == (told.sealed.size, told.late)
        assert tuple(choices.count(choice) for choice in (0, 1, 2)) == told.counts == told.recounted
        _check_published(town, vote, receipts, {f"voter{n}" for n in range(CROWD)})
        town.audit()
    finally:
        town.close()


async def _cast(url: str, vote: int, voters: Sequence[SignedIn], choices: Sequence[int]) -> list[Receipt]:
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:

        async def one(voter: SignedIn, choice: int) -> Receipt:
            headers = {"Accept": "application/json", "X-CSRF-Token": voter.csrf, "Cookie": f"session={voter.cookie}"}
            answer = await client.post(f"/votes/{vote}/ballot", json={"choice": choice}, headers=headers)
            assert answer.status_code == 201, answer.text
            return msgspec.json.decode(answer.content, type=Receipt)

        return await asyncio.gather(*(one(voter, choice) for voter, choice in zip(voters, choices, strict=True)))


def _check_published(town: Town, vote: int, receipts: Sequence[Receipt], voters: set[str]) -> None:
    """The box, the openings and the marks as an outsider reads them."""
    close = _last(town, CloseVote)
    with HttpReader(town.site.url) as reader:
        size, root = close.size, bytes.fromhex(close.root)
        box = [body for _, body in verify_sublog(reader, f"votes/{vote}/box/", size, root)]
        opened = bytes.fromhex(close.openings_root)
        lines = [body for _, body in verify_sublog(reader, f"votes/{vote}/openings/", size, opened)]
        marked = bytes.fromhex(close.marks_root)
        marks = [body for _, body in verify_sublog(reader, f"votes/{vote}/marks/", size + close.late, marked)]
    openings = [msgspec.json.decode(line, type=Opened) for line in lines]
    told = {(one.place, one.token, one.choice) for one in openings}
    assert {(receipt.place, receipt.token, receipt.choice) for receipt in receipts} == told
    assert box == [ballot_commitment(vote, bytes.fromhex(one.token), one.choice) for one in openings]
    members = sorted(int(town.members[name][2:]) for name in voters)
    assert members == [msgspec.json.decode(line, type=Mark).member for line in marks]
    for receipt in (receipts[0], receipts[-1], receipts[CROWD // 2]):
        found = town.finds(receipt)
        leaf, proof = bytes.fromhex(found.leaf), [bytes.fromhex(one) for one in found.proof]
        assert hash_leaf(bytes.fromhex(found.commitment)) == leaf
        check_inclusion(leaf, receipt.place, found.seal.size, bytes.fromhex(found.seal.root), proof)
        assert (close.size, close.root, "sealed") == (found.seal.size, found.seal.root, found.lies)


def test_a_receipt_finds_its_ballot_and_no_other(town: Town) -> None:
    """Before a seal, under one, with a wrong token, choice or place: each is told apart."""
    vote = town.to_vote(town.proposes("ann", **rule())).vote
    first = town.casts("ann", vote, 0)
    assert "unsealed" == town.finds(first).lies
    town.ticks()
    seal = _last(town, SealBox)
    found = town.finds(first)
    assert ("sealed", seal.size, seal.root, ()) == (found.lies, found.seal.size, found.seal.root, found.proof)
    second = town.casts("bo", vote, 1)
    assert ["unsealed", "other", "other", "nothing"] == [
        town.finds(second).lies,
        town.finds(first, choice=1).lies,
        town.finds(first, token=second.token).lies,
        town.finds(first, place=2).lies,
    ]
    town.passes("1m")
    town.ticks()
    for receipt in (first, second):
        found = town.finds(receipt)
        proof = [bytes.fromhex(one) for one in found.proof]
        check_inclusion(bytes.fromhex(found.leaf), receipt.place, 2, bytes.fromhex(found.seal.root), proof)


def test_a_double_click_loses_no_receipt(town: Town) -> None:
    """The same key gets the same receipt; another key, another choice, or no key does not."""
    vote = town.to_vote(town.proposes("ann", **rule())).vote
    path = f"/votes/{vote}/ballot"
    receipt = town.casts("ann", vote, 0, Idempotency_Key="one")
    assert receipt == town.casts("ann", vote, 0, Idempotency_Key="one")
    answer = town.program("ann").post(path, {"choice": 1}, Idempotency_Key="one")
    assert (422, "urn:isegoria:problem:key-reused") == (answer.status_code, answer.json()["type"])
    for headers in ({"Idempotency_Key": "two"}, {}):
        answer = town.program("ann").post(path, {"choice": 0}, **headers)
        assert (409, "ballot-1") == (answer.status_code, answer.json()["clause"])
    assert town.casts("bo", vote, 0, Idempotency_Key="one").token != receipt.token
    assert 2 == town.told(town.program().get(f"/votes/{vote}").json()["proposal"]).votes[0].ballots


def test_two_clicks_at_once_are_one_ballot(town: Town) -> None:
    """And so is one whose first request was given up: the second gets its receipt."""
    vote = town.to_vote(town.proposes("ann", **rule())).vote
    ann, bo = (int(town.members[name][2:]) for name in ("ann", "bo"))

    async def click(square: Square) -> None:
        ballot = Ballot(vote, ann, 0)
        both = await asyncio.gather(*(square.polling.cast(ballot, "key") for _ in range(2)))
        assert both[0] == both[1]
        given_up = asyncio.create_task(square.polling.cast(Ballot(vote, bo, 1), "key"))
        await asyncio.sleep(0)
        given_up.cancel()
        receipt = await square.polling.cast(Ballot(vote, bo, 1), "key")
        assert (1, 1) == (receipt.choice, receipt.place)
        with pytest.raises(KeyReused):
            await square.polling.cast(Ballot(vote, bo, 0), "key")

    town.site.run(click)


def test_a_receipt_is_kept_for_a_minute_and_not_longer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """After it nothing in memory joins the voter and the ballot, whether or not anybody else votes."""
    monkeypatch.setattr("app.ballots.KEPT_FOR", 0.1)
    vote = town.to_vote(town.proposes("ann", **rule())).vote
    ann = int(town.members["ann"][2:])

    async def look(square: Square) -> None:
        await square.polling.cast(Ballot(vote, ann, 0), "key")
        assert 1 == square.polling.kept
        await asyncio.sleep(0.2)
        assert 0 == square.polling.kept
        with pytest.raises(Refused) as caught:
            await square.polling.cast(Ballot(vote, ann, 0), "key")
        assert ("ballot-1", 0) == (caught.value.clause, square.polling.kept)

    town.site.run(look)


def test_no_row_joins_ballot_and_voter(town: Town) -> None:
    """After the close: whatever column, order, or transaction of a row one takes, a mark leads to no ballot."""
    proposal = town.proposes("ann", **rule())
    vote = town.to_vote(proposal).vote
    order = [NAMES[n] for n in (5, 0, 7, 2, 6, 1, 4, 3)]
    receipts = [town.casts(name, vote, choice) for name, choice in zip(order, (0, 1, 2, 0, 0, 1, 0, 0), strict=True)]
    town.closes(proposal)
    marks, ballots = town.read(lambda tx: _rows(tx, "mark", vote)), town.read(lambda tx: _rows(tx, "box_entry", vote))
    members = sorted(int(town.members[name][2:]) for name in order)
    assert members == [row["member"] for row in marks], "in the order in which they lie there"
    assert set() == {value for row in marks for value in _joining(row)} & {
        value for row in ballots for value in _joining(row)
    }
    tokens = {receipt.token for receipt in receipts}
    assert {"box_entry"} == town.read(lambda tx: _tables_with(tx, tokens))
    for name in ("", "ann"):
        told = town.program(name).get(f"/proposals/{proposal}").text + town.program(name).get(f"/votes/{vote}").text
        assert not any(token in told for token in tokens)
    for acts in ("/me", "/me/acts"):
        assert not any(token in town.program("ann").get(acts).text for token in tokens)


def test_nothing_of_how_it_stands_is_told_before_the_close(town: Town) -> None:
    """Turnout is; counts, openings and marks are not, for anybody."""
    proposal = town.proposes("ann", **rule())
    vote = town.to_vote(proposal).vote
    receipts = town.vote(vote, yes=NAMES[:5], no=NAMES[5:6])
    town.ticks()
    told = town.told(proposal, "ann").votes[0]
    assert (6, None, None, "", "") == (told.ballots, told.counts, told.recounted, told.openings_root, told.marks_root)
    for part in ("openings", "marks"):
        for path in ("0/000", "0/000.p/6", "entries/000.p/6"):
            assert 404 == town.program().get(f"/votes/{vote}/{part}/tile/{path}").status_code
    box = town.program().get(f"/votes/{vote}/box/tile/entries/000.p/6")
    assert 200 == box.status_code and not any(bytes.fromhex(one.token) in box.content for one in receipts)


async def _rows(tx: Tx, table: str, vote: int) -> list[dict[str, Value]]:
    """The rows of a vote as they lie there, on PostgreSQL with what it knows of each."""
    hidden = ", ctid::text as ctid, xmin::text as xmin" if tx.kind == "postgresql" else ""
    placeholder = "$1" if tx.kind == "postgresql" else "?"
    return await tx.rows(f"select *{hidden} from {table} where vote = {placeholder}", (vote,))


def _joining(row: dict[str, Value]) -> set[tuple[str, Value]]:
    """What another row could be recognised by; small numbers are not: every place is some member's number."""
    return {("xmin", row["xmin"])} if "xmin" in row else set()


async def _tables_with(tx: Tx, tokens: set[str]) -> set[str]:
    """The tables in which any of these tokens stands, in whatever column and in whatever form."""
    found = set()
    for table in TABLES:
        name = str(table._meta.tablename)
        for row in await tx.rows(f"select * from {name}", ()):
            if any(token in told for told in map(_told, row.values()) for token in tokens):
                found.add(name)
    return found


def _told(value: Value) -> str:
    """A value as text: bytes in hex, and as the text that they may be."""
    return f"{value.hex()} {value.decode('latin-1')}" if isinstance(value, bytes) else str(value)


def _last(town: Town, kind: type[A]) -> A:
    """The last act of a kind."""
    bodies = town.read(lambda tx: read_bodies(tx, 0, 2**31))
    return next(entry.act for entry in map(decode, reversed(bodies)) if isinstance(entry.act, kind))
