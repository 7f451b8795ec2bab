"""A few people, written straight into the tables, and the counters that stand beside who follows whom."""

from msgspec import Struct

from app.store.accounts import Account, add_account
from app.store.engines import Database, Tx
from app.store.profiles import Profile, save_profile

NOW = 1_790_000_000_000
DAY = 86_400_000
ANN, BEN, CLEO, DAN = 11, 12, 13, 14
PEOPLE = {ANN: "ann", BEN: "ben", CLEO: "cleo", DAN: "dan"}


class Counted(Struct, frozen=True):
    """An account whose counters are not what the rows say, and both."""

    account: int
    followers: int
    following: int
    counted_followers: int
    counted_following: int


async def people(tx: Tx) -> None:
    """Ann, Ben, Cleo and Dan, who have nothing to do with one another yet."""
    for number, handle in PEOPLE.items():
        await add_account(tx, Account(number, handle, "", "", "person", None, None, "", "", NOW), handle)


async def lock_account(tx: Tx, account: int) -> None:
    """Have an account want to be asked before somebody follows it."""
    await save_profile(tx, Profile(account, locked=True))


async def miscounted(database: Database) -> list[Counted]:
    """Every account whose counters do not say how many rows there are."""
    sql = (
        "select * from (select a.id as account, "
        "(select count(*) from follow f where f.target = a.id) as followers, "
        "(select count(*) from follow f where f.account = a.id) as following, "
        "coalesce(s.followers, 0) as counted_followers, coalesce(s.following, 0) as counted_following "
        "from account a left join account_stat s on s.account = a.id) x "
        "where followers <> counted_followers or following <> counted_following"
    )
    return await database.read(lambda tx: tx.all(Counted, sql))
