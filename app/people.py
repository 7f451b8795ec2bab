"""Making accounts from a command: for the founder, the operator and the demonstration."""

from app.identifiers import account_id, day_of
from app.names import is_handle, skeleton_of
from app.passwords import Passwords
from app.store.accounts import Account, Credential, add_account, add_credential
from app.store.engines import Database, Tx


class HandleTaken(Exception):
    """The handle cannot be had; the text says why."""


async def add_person(database: Database, handle: str, password: str, now: int, name: str = "") -> int:
    """Make an account that signs in with a password, and return its id; raises HandleTaken."""
    if not is_handle(handle):
        raise HandleTaken(f"{handle} is no handle: use 2 to 30 of a-z, 0-9 and _")
    phc = await Passwords().hash(password)

    async def enter(tx: Tx) -> int | None:
        account = Account(account_id(now), handle, name, "", "person", None, None, "", "", day_of(now))
        if not await add_account(tx, account, skeleton_of(handle)):
            return None
        await add_credential(tx, Credential(account.id, phc, None))
        return account.id

    made = await database.write(enter)
    if made is None:
        raise HandleTaken(f"the handle {handle}, or one that looks like it, is taken")
    return made
