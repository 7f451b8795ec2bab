"""Cosignatures for this ledger's checkpoints: all witnesses are asked for the same one, until it has its quorum."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final

import structlog

from app.clock import Clock
from app.config import BadSetting, setting_of
from app.keyring import read_keys
from app.signer import FuseBlown, Known
from app.square import Square
from app.store.engines import Database, OutcomeUnknown, Tx, Unavailable
from app.store.ledger import CheckpointRow, RowsMissing, latest_checkpoint, read_head, read_tile
from app.store.witnesses import CosignatureRow, cosignatures_at, keep_cosignature, keep_quorum, last_cosignature
from app.witnesses import NoCosignature, OtherTree, Witness, WitnessAhead
from ledger.cosignature import WitnessKey
from ledger.errors import Malformed
from ledger.merkle import nodes_for_consistency, prove_consistency
from ledger.note import VerifierKey
from ledger.policy import Policy
from ledger.tiles import node_reader, tiles_holding

log = structlog.get_logger()

EVERY: Final = 0.1
"""Seconds between two looks for a newer checkpoint."""

FIRST_PAUSE: Final = 1.0
"""Seconds before a witness that failed is asked again; it doubles with each failure, up to LONGEST_PAUSE."""

LONGEST_PAUSE: Final = 60.0

AT_START: Final = 3.0
"""Seconds that the fuse waits for witnesses: one that is away keeps nobody from starting."""


def quorum_of(square: Square) -> "Quorum | None":
    """The witnesses that the square's policy names, None where it has none; raises BadSetting, BadKey."""
    policy, file = square.publishing.policy, square.config.witness_policy
    if policy is None:
        return None
    name = setting_of("witness_policy")
    ours = {key.verifier for key in read_keys(square.config.home)}
    if policy.logs and not any(log.key in ours for log in policy.logs):
        raise BadSetting(name, f"{file} is a policy for other logs: no log line in it has a key of this ledger")
    try:
        return Quorum(square.database, square.clock, policy)
    except Malformed as error:
        raise BadSetting(name, f"{file}: {error}") from error


class _Asked:
    """A witness as this process knows it; `cosigned` is the largest size of which a cosignature is kept."""

    def __init__(self, witness: Witness, *, is_counted: bool) -> None:
        self.witness: Final = witness
        self.is_counted: Final = is_counted
        self.cosigned = 0
        self.pause = 0.0
        self.trouble = ""

    @property
    def name(self) -> str:
        return self.witness.key.name


class Quorum:
    """The witnesses of a policy that have an address.

    A newer checkpoint is asked for when the one before it has its quorum, or nobody that the quorum asks for is still
    expected to answer: so a slow witness and a fast one meet at the same size. Each is asked one thing at a time.
    """

    def __init__(self, database: Database, clock: Clock, policy: Policy) -> None:
        """Raises Malformed where an address of the policy cannot be asked."""
        self._database = database
        self._clock = clock
        self._policy = policy
        counted = policy.counted()
        self._asked = [_Asked(Witness(one), is_counted=one.key in counted) for one in policy.witnesses if one.url]
        self._target: CheckpointRow | None = None
        self._moved = asyncio.Condition()

    async def known(self, believed: tuple[VerifierKey, ...]) -> Sequence[Known]:
        """For the fuse: sizes that witnesses have cosigned beyond our last checkpoint; raises FuseBlown.

        A witness that does not answer, or does not cosign, is passed over: signing is never in its hands.
        """
        latest = await self._begin()
        if latest is None:
            return []
        found = await asyncio.gather(*(self._ask_at_start(asked, latest) for asked in self._asked))
        return [one for one in found if one is not None]

    async def run(self) -> None:
        """Ask again and again until cancelled; raises FuseBlown where a witness knows more of us than we do."""
        tasks = [asyncio.create_task(self._attend(asked)) for asked in self._asked]
        tasks.append(asyncio.create_task(self._aim()))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        """Break off what is under way."""
        for asked in self._asked:
            asked.witness.close()

    async def _begin(self) -> CheckpointRow | None:
        """The last checkpoint, after what is known of each witness was read anew: another process may have asked."""
        latest = await self._database.read(latest_checkpoint)
        for asked in self._asked:
            last = await self._database.read(partial(last_cosignature, key=asked.witness.key.format()))
            asked.witness.size = asked.cosigned = 0 if last is None else last.size
        return latest

    async def _ask_at_start(self, asked: _Asked, latest: CheckpointRow) -> Known | None:
        try:
            await asyncio.wait_for(self._ask(asked, latest), AT_START)
        except WitnessAhead as error:
            return Known(error.size, None, f"the witness {asked.name} has cosigned it")
        except (NoCosignature, RowsMissing, TimeoutError) as error:
            log.warning("a witness could not be asked before signing begins", witness=asked.name, why=str(error))
        return None

    async def _aim(self) -> None:
        """Move the target to the newest checkpoint whenever it may move."""
        while True:
            with suppress(OutcomeUnknown, Unavailable):
                latest = await self._database.read(latest_checkpoint)
                if latest is not None and self._may_move(latest):
                    async with self._moved:
                        self._target = latest
                        self._moved.notify_all()
            await asyncio.sleep(EVERY)

    def _may_move(self, latest: CheckpointRow) -> bool:
        target = self._target
        if target is None:
            return True
        if latest.size <= target.size:
            return False
        cosigned = {asked.witness.key for asked in self._asked if asked.cosigned == target.size}
        expected = [one for one in self._asked if one.is_counted and one.cosigned < target.size and not one.trouble]
        return self._policy.is_met_by(cosigned) or not expected

    async def _attend(self, asked: _Asked) -> None:
        """Ask one witness for each target in turn, less often while it fails."""
        while True:
            async with self._moved:
                await self._moved.wait_for(lambda: self._target is not None and self._target.size > asked.cosigned)
            assert self._target is not None
            try:
                await self._ask(asked, self._target)
            except WitnessAhead as error:
                await self._check_ahead(asked, error.size)
            except (NoCosignature, RowsMissing) as error:
                self._failed(asked, str(error))
            except (OutcomeUnknown, Unavailable) as error:
                self._failed(asked, f"the database is not available: {error}")
            else:
                self._succeeded(asked)
            await asyncio.sleep(asked.pause)

    async def _ask(self, asked: _Asked, row: CheckpointRow) -> None:
        """Have a checkpoint cosigned, and keep what comes. Raises what `Witness.cosign` raises, and FuseBlown."""
        try:
            cosignature = await asked.witness.cosign(row, self._prove, self._clock)
        except OtherTree as error:
            await self._check_other_tree(asked, error.size)
            raise NoCosignature(f"{error}, and we hold its cosignature of ours") from error
        await self._keep(cosignature)
        asked.cosigned = row.size

    async def _keep(self, row: CosignatureRow) -> None:
        async def work(tx: Tx) -> None:
            await keep_cosignature(tx, row)
            lines = await cosignatures_at(tx, row.size)
            if self._policy.is_met_by({WitnessKey.parse(one.key) for one in lines}):
                await keep_quorum(tx, row.size, self._clock.now())

        await self._database.write(work)

    async def _prove(self, old: int, new: int) -> list[bytes]:
        async def work(tx: Tx) -> list[bytes]:
            tiles = tiles_holding(nodes_for_consistency(old, new), new)
            held = {tile: await read_tile(tx, tile) for tile in tiles}
            return prove_consistency(old, new, node_reader(new, lambda asked: [held[tile] for tile in asked]))

        return await self._database.read(work)

    async def _check_ahead(self, asked: _Asked, size: int) -> None:
        """A process that signed before us may have asked it for more than our target; beyond our head nobody may."""
        head = await self._database.read(read_head)
        if size > head.size:
            raise FuseBlown(
                f"the witness {asked.name} has cosigned {size} entries of this ledger, and the database has {head.size}"
            )
        asked.witness.size = size
        self._failed(asked, f"it has cosigned {size} entries already, which no other process has kept")

    async def _check_other_tree(self, asked: _Asked, size: int) -> None:
        """Raises FuseBlown, unless the witness has cosigned our tree of that size: then it contradicts itself."""
        key = asked.witness.key.format()
        lines = await self._database.read(partial(cosignatures_at, size=size))
        if not any(line.key == key for line in lines):
            raise FuseBlown(
                f"the witness {asked.name} says that what it cosigned at {size} entries is not how this ledger begins: "
                "the database was changed or is another one, or the witness is wrong; docs/operate.md tells how to know"
            )

    def _failed(self, asked: _Asked, why: str) -> None:
        if why != asked.trouble:
            log.warning("a witness does not cosign", witness=asked.name, counted=asked.is_counted, why=why)
        asked.trouble = why
        asked.pause = min(max(FIRST_PAUSE, 2 * asked.pause), LONGEST_PAUSE)

    def _succeeded(self, asked: _Asked) -> None:
        if asked.trouble:
            log.info("a witness cosigns again", witness=asked.name)
        asked.trouble = ""
        asked.pause = 0.0
