"""Which checkpoints are published, and with which cosignatures under them."""

from app.config import BadSetting, Config, setting_of
from app.store.engines import Tx
from app.store.ledger import CheckpointRow, checkpoint_at, latest_checkpoint
from app.store.witnesses import checkpoint_of_quorum, cosignatures_at
from ledger.cosignature import join_lines
from ledger.errors import Malformed
from ledger.policy import NONE, Policy


class Publishing:
    """What readers are shown of the checkpoints that are signed.

    Open (`is_closed` False), a checkpoint is published at once and cosignatures join it as they come. Closed, it is
    published when it has its quorum; what was published stays so when the policy changes.
    """

    def __init__(self, policy: Policy | None, *, is_closed: bool) -> None:
        self.policy = policy
        self.is_closed = is_closed and policy is not None and policy.quorum != NONE

    async def latest(self, tx: Tx) -> CheckpointRow | None:
        """The newest checkpoint that is published, its cosignatures under it."""
        row = await (checkpoint_of_quorum(tx) if self.is_closed else latest_checkpoint(tx))
        return None if row is None else await _cosigned(tx, row)

    async def at(self, tx: Tx, size: int) -> CheckpointRow | None:
        """The checkpoint of a size, if it is published, its cosignatures under it."""
        row = await checkpoint_at(tx, size)
        if row is None or (self.is_closed and not await self._reaches(tx, size)):
            return None
        return await _cosigned(tx, row)

    async def _reaches(self, tx: Tx, size: int) -> bool:
        newest = await checkpoint_of_quorum(tx)
        return newest is not None and size <= newest.size


def publishing_of(config: Config) -> Publishing:
    """What the configuration says of publishing; raises BadSetting for a policy that cannot be used."""
    if config.witness_policy is None:
        if config.witness_mode == "closed":
            raise BadSetting(setting_of("witness_mode"), "closed needs the policy that ISEGORIA_WITNESS_POLICY names")
        return Publishing(None, is_closed=False)
    return Publishing(_read_policy(config), is_closed=config.witness_mode == "closed")


def _read_policy(config: Config) -> Policy:
    assert config.witness_policy is not None
    name = setting_of("witness_policy")
    try:
        policy = Policy.parse(config.witness_policy.read_bytes())
    except OSError as error:
        raise BadSetting(name, f"{config.witness_policy} cannot be read: {error.strerror}") from error
    except Malformed as error:
        raise BadSetting(name, f"{config.witness_policy} is no policy: {error}") from error
    counted = policy.counted()
    silent = [witness.key.name for witness in policy.witnesses if witness.key in counted and not witness.url]
    if silent:
        why = f"{config.witness_policy} does not say at which address {silent[0]} is asked: write it behind its key"
        raise BadSetting(name, why)
    return policy


async def _cosigned(tx: Tx, row: CheckpointRow) -> CheckpointRow:
    lines = [one.line for one in await cosignatures_at(tx, row.size)]
    note = join_lines(row.note.encode(), lines).decode() if lines else row.note
    return CheckpointRow(row.size, row.root, row.at, note)
