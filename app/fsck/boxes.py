"""Ballot boxes against themselves, and against what the ledger says of them."""

from collections.abc import Sequence

from app.fsck.findings import Findings, Tell
from app.fsck.law import Seal
from app.store.engines import Tx, Value
from app.store.transaction import Row
from app.store.whole import Span, pages, rows_in, rows_outside, values_in
from governance.boxes import ballot_commitment, mark_line, opening_line
from governance.commitment import SALT_SIZE
from governance.members import Member
from governance.state import State
from governance.votes import Vote, count_places, has_choice, is_on_roll, places_counted
from ledger.merkle import HASH_SIZE, Edge, hash_leaf
from ledger.tiles import Tile, Tiling

_BOX = ("vote", "size", "edge", "closes")
_ENTRY = ("place", "commitment", "choice", "token")
_TILE = ("level", "n", "hashes")


async def check_boxes(tx: Tx, state: State, seals: dict[int, list[Seal]], found: Findings, tell: Tell) -> None:
    """Compare every box, and see that there are none besides."""
    votes = {int(id_): vote for (_, id_), vote in state.items() if isinstance(vote, Vote)}
    rows = [row async for page in pages(tx, "box", ("vote",), _BOX) for row in page]
    held = {row["vote"]: row for row in rows}
    found.count("box", len(rows))
    for done, (number, vote) in enumerate(sorted(votes.items()), 1):
        box = _Box(tx, number, vote, found)
        await box.check(held.pop(number, None), seals.get(number, []))
        await _check_marks(tx, number, vote, state, box.size, found)
        tell("boxes", done, len(votes))
    for number_ in held:
        found.fault("box", number_, (), "the ledger knows no such vote")
    for table in ("box_entry", "box_tile", "mark"):
        for stray in await values_in(tx, table, "vote"):
            if stray not in votes:
                found.fault(table, stray, ("vote",), "the ledger knows no such vote")


class _Box:
    """The box of one vote."""

    def __init__(self, tx: Tx, number: int, vote: Vote, found: Findings) -> None:
        self._tx = tx
        self._number = number
        self._vote = vote
        self._found = found
        self._tiling = Tiling()
        self._openings = Edge()
        self._counts = [0] * count_places(vote)
        self._doubtful: list[int] = []
        self._made = Edge()
        self._seals: list[Seal] = []
        self._tiles = 0
        self.size = 0

    async def check(self, row: Row | None, seals: Sequence[Seal]) -> None:
        """Ballots, tiles, seals, the count, and the row that says how far the box is filled."""
        self._seals = sorted(seals, key=lambda seal: seal.size)
        async for rows in pages(self._tx, "box_entry", ("place",), _ENTRY, {"vote": self._number}):
            await self._page(rows)
        self._check_row(row)
        self._tell_doubtful(row)
        self._check_seals_beyond()
        self._check_count()
        await self._check_no_other_tiles()

    def _fault(self, table: str, row: Value | tuple[Value, ...], columns: tuple[str, ...], what: str) -> None:
        parts = row if isinstance(row, tuple) else (row,)
        self._found.fault(table, (self._number, *parts), columns, what)

    async def _page(self, rows: list[Row]) -> None:
        hashes: list[bytes] = []
        for row in rows:
            if row["place"] == self.size + len(hashes):
                hashes.append(self._ballot(row))
            else:
                self._fault("box_entry", row["place"], (), "the ballot does not follow the one before it")
        self._found.count("box_entry", len(hashes))
        edge, first = self._tiling.edge(), self.size
        for seal in self._seals:
            if first < seal.size <= first + len(hashes):
                edge = edge.extend(hashes[edge.size - first : seal.size - first])
                if edge.root().hex() != seal.root:
                    what = f"entry {seal.entry} sealed another root over the first {seal.size} ballots"
                    self._fault("box_entry", f"0-{seal.size - 1}", ("commitment",), what)
        await self._check_tiles(self._tiling.extend(hashes))
        self.size += len(hashes)

    def _ballot(self, row: Row) -> bytes:
        """The leaf hash of a ballot, whose choice and token open its commitment."""
        place, commitment, choice, token = (row[name] for name in _ENTRY)
        right = isinstance(choice, int) and has_choice(self._vote, choice)
        if (
            right
            and isinstance(choice, int)
            and isinstance(token, bytes)
            and len(token) == SALT_SIZE
            and isinstance(place, int)
        ):
            made = ballot_commitment(self._number, token, choice)
            self._made = self._made.extend([hash_leaf(made)])
            if made != commitment:
                self._doubtful.append(place)
            if place < self._vote.sealed_size:
                for counted in places_counted(self._vote, choice):
                    self._counts[counted] += 1
                self._openings = self._openings.extend([hash_leaf(opening_line(choice, place, token))])
        else:
            self._fault("box_entry", place, ("choice", "token"), "a choice is one of the vote's, and a token 32 bytes")
        return hash_leaf(commitment) if isinstance(commitment, bytes) else bytes(HASH_SIZE)

    def _tell_doubtful(self, row: Row | None) -> None:
        """Which column is wrong shows in the edge: it is over the commitments that stand, or over those made."""
        edge = row["edge"] if row else b""
        for place in self._doubtful:
            columns: tuple[str, ...] = ("commitment", "choice", "token")
            if edge == self._tiling.edge().to_bytes():
                columns = ("choice", "token")
            elif edge == self._made.to_bytes():
                columns = ("commitment",)
            self._fault("box_entry", place, columns, "choice and token do not open the commitment")

    async def _check_tiles(self, full: Sequence[tuple[Tile, bytes]]) -> None:
        for tile, hashes in full:
            self._tiles += 1
            self._found.count("box_tile", 1)
            equal = {"vote": self._number, "level": tile.level}
            rows = await rows_in(self._tx, Span("box_tile", _TILE, "n", tile.n, tile.n + 1, equal))
            if not rows:
                self._fault("box_tile", (tile.level, tile.n), (), "the tile is missing")
            elif rows[0]["hashes"] != hashes:
                self._fault("box_tile", (tile.level, tile.n), ("hashes",), "it is not what the ballots hash to")

    async def _check_no_other_tiles(self) -> None:
        for level in range(8):
            span = Span("box_tile", _TILE, "n", 0, self.size >> 8 * (level + 1), {"vote": self._number, "level": level})
            for row in await rows_outside(self._tx, span):
                self._fault("box_tile", (level, row["n"]), (), "the box has no such tile")
        for row in await rows_outside(self._tx, Span("box_tile", _TILE, "level", 0, 8, {"vote": self._number})):
            self._fault("box_tile", (row["level"], row["n"]), (), "the box has no such tile")

    def _check_row(self, row: Row | None) -> None:
        if row is None:
            if self.size:
                self._found.fault("box", self._number, (), "the row of the box is missing")
            return
        edge = self._tiling.edge().to_bytes()
        expected: dict[str, Value] = {"size": self.size, "edge": edge, "closes": self._vote.closes}
        wrong = tuple(name for name, value in expected.items() if row[name] != value)
        if wrong:
            self._found.fault("box", self._number, wrong, "it is not what the ballots and the vote make it")

    def _check_seals_beyond(self) -> None:
        for seal in self._seals:
            if seal.size > self.size:
                self._fault("box_entry", self.size, (), f"entry {seal.entry} sealed {seal.size} ballots")

    def _check_count(self) -> None:
        if self._vote.status == "open":
            return
        if self._vote.late != self.size - self._vote.sealed_size:
            self._fault("box_entry", self.size, (), f"the vote was closed with {self._vote.late} late ballots")
        if tuple(self._counts) != self._vote.counts or self._openings.root().hex() != self._vote.openings_root:
            what = "the ballots are not those that were counted and published when the vote was closed"
            self._fault("box_entry", f"0-{self._vote.sealed_size - 1}", ("choice", "token"), what)


async def _check_marks(tx: Tx, number: int, vote: Vote, state: State, ballots: int, found: Findings) -> None:
    """Who has voted stood on the roll, is one for each ballot, and is whom the close published."""
    edge = Edge()
    async for rows in pages(tx, "mark", ("member",), ("member",), {"vote": number}):
        members = [one for row in rows if isinstance(one := row["member"], int)]
        edge = edge.extend(hash_leaf(mark_line(member)) for member in members)
        for member in members:
            value = state[Member, member]
            if value is None or not is_on_roll(vote, member, value):
                found.fault("mark", f"{number}/{member}", ("member",), "this member is not on the roll")
    found.count("mark", edge.size)
    if edge.size != ballots:
        found.fault("mark", number, (), f"there are {edge.size} marks and {ballots} ballots")
    if vote.status != "open" and edge.root().hex() != vote.marks_root:
        found.fault("mark", number, ("member",), "the marks are not those that were published when the vote was closed")
