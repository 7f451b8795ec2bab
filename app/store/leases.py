"""Leases: of several processes one does a job, and another takes over when it is gone."""

from app.store.engines import Tx


async def take_lease(tx: Tx, name: str, holder: str, now: int, until: int) -> bool:
    """Take or keep a lease until a time (Unix ms); False while another holds it.

    A lease is no fence: whatever is done under it must be conditional, as it is through the door.
    """
    sql = (
        "insert into job_lease (name, holder, until) values ({}, {}, {}) on conflict (name) do update"
        " set holder = excluded.holder, until = excluded.until"
        " where job_lease.until <= {} or job_lease.holder = excluded.holder"
    )
    return await tx.run(sql, name, holder, until, now) == 1


async def keep_lease(tx: Tx, name: str, holder: str) -> bool:
    """Whether a lease is still its holder's; if so nobody else takes it before this transaction ends."""
    sql = "update job_lease set until = until where name = {} and holder = {}"
    return await tx.run(sql, name, holder) == 1


async def drop_lease(tx: Tx, name: str, holder: str) -> None:
    """Give a lease back, so that nobody waits for its end."""
    await tx.run("delete from job_lease where name = {} and holder = {}", name, holder)
