"""Sessions and attempts to sign in. Only the hash of a session's id is stored.

A ballot box has its ballots in the order in which they came, so no table may tell to the minute when a member was here:
a session knows the hour in which it began and the day on which it was used last. Who holds an office is signed out when
idle, and seen by the minute.
"""

import hashlib
from collections.abc import Sequence
from secrets import token_bytes, token_urlsafe

from msgspec import Struct

from app.store.accounts import Account
from app.store.engines import Tx

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
IDLE, LIFE = 14 * DAY, 90 * DAY
IDLE_IN_OFFICE, LIFE_IN_OFFICE = HOUR, 12 * HOUR


class Session(Struct, frozen=True):
    """A signed-in browser or program; `csrf` is 32 bytes that its forms must bring.

    `created_at` is the beginning of an hour, `seen_at` that of a day, but for those `in_office`.
    """

    id_hash: bytes
    account: int
    csrf: bytes
    created_at: int
    seen_at: int
    expires_at: int
    in_office: bool = False

    @property
    def name(self) -> str:
        """What the session is called where it is listed; it opens nothing."""
        return self.id_hash.hex()[:16]


class _Signed(Struct, frozen=True):
    """A row of session and account together."""

    id_hash: bytes
    account: int
    csrf: bytes
    created_at: int
    seen_at: int
    expires_at: int
    handle: str
    name: str
    bio: str
    kind: str
    origin: str | None
    member: str | None
    locale: str
    theme: str
    created_day: int
    offices: int


class _Account(Struct, frozen=True):
    account: int


class _Count(Struct, frozen=True):
    count: int


_OFFICES = "select count(*) from gov_office o where 'm:' || o.member = a.member and o.until > {}"


def hash_of(session_id: str) -> bytes:
    """What is stored of a secret that a browser keeps (32 bytes)."""
    return hashlib.sha256(session_id.encode()).digest()


async def open_session(tx: Tx, account: int, now: int) -> tuple[str, Session]:
    """A new session and its id of 256 random bits, which only the browser has from then on."""
    session_id = token_urlsafe(32)
    row = await tx.one(_Count, f"select ({_OFFICES}) as count from account a where a.id = {{}}", now, account)
    in_office = row is not None and row.count > 0
    begun, seen = now - now % HOUR, now if in_office else now - now % DAY
    session = Session(hash_of(session_id), account, token_bytes(32), begun, seen, begun + LIFE, in_office)
    await tx.run(
        "insert into session (id_hash, account, csrf, created_at, seen_at, expires_at) values ({}, {}, {}, {}, {}, {})",
        *(session.id_hash, account, session.csrf, begun, seen, session.expires_at),
    )
    return session_id, session


async def here_since(tx: Tx, accounts: Sequence[int], since: int) -> set[int]:
    """Those of many accounts that have opened a page, or used a program that speaks for them, since that day."""
    sql = (
        "select a.id as account from account a where a.id in {among} and (exists "
        "(select 1 from session s where s.account = a.id and s.seen_at >= {}) or exists "
        "(select 1 from oauth_token t where t.account = a.id and t.used_day >= {}))"
    )
    return {row.account for row in await tx.among(_Account, sql, accounts, since, since)}


async def find_session(tx: Tx, session_id: str, now: int) -> tuple[Session, Account] | None:
    """The session of an id, unless it has ended: sooner for those who hold an office."""
    row = await tx.one(
        _Signed,
        "select s.id_hash, s.account, s.csrf, s.created_at, s.seen_at, s.expires_at, a.handle, a.name, a.bio, a.kind, "
        "a.origin, a.member, a.locale, a.theme, a.created_day, "
        f"({_OFFICES}) as offices from session s join account a on a.id = s.account where s.id_hash = {{}}",
        now,
        hash_of(session_id),
    )
    if row is None or now >= _end(row):
        return None
    times = (row.created_at, row.seen_at, row.expires_at)
    session = Session(row.id_hash, row.account, row.csrf, *times, row.offices > 0)
    said = (row.handle, row.name, row.bio, row.kind, row.origin, row.member, row.locale, row.theme, row.created_day)
    return session, Account(row.account, *said)


def _end(row: _Signed) -> int:
    if row.offices:
        # Of who was given an office since, only the day is known: they are seen by the minute from this request on.
        idle = IDLE_IN_OFFICE if row.seen_at % DAY else IDLE
        return min(row.seen_at + idle, row.created_at + LIFE_IN_OFFICE)
    return min(row.seen_at + IDLE, row.expires_at)


async def see_session(tx: Tx, session: Session, now: int) -> None:
    """Note that a session is in use."""
    seen = now if session.in_office else now - now % DAY
    await tx.run("update session set seen_at = {} where id_hash = {} and seen_at < {}", seen, session.id_hash, seen)


def is_news(session: Session, now: int) -> bool:
    """Whether what is known of the last use of a session is to be written anew."""
    return now >= session.seen_at + (MINUTE if session.in_office else DAY)


async def sessions_of(tx: Tx, account: int, now: int) -> list[Session]:
    """The sessions of an account that have not ended, the last used first."""
    return await tx.all(
        Session,
        "select id_hash, account, csrf, created_at, seen_at, expires_at from session "
        "where account = {} and expires_at > {} and seen_at > {} order by seen_at desc",
        *(account, now, now - IDLE),
    )


async def end_session(tx: Tx, id_hash: bytes) -> None:
    """Revoke one session."""
    await tx.run("delete from session where id_hash = {}", id_hash)


async def end_other_sessions(tx: Tx, account: int, kept: bytes) -> int:
    """Revoke all sessions of an account but one, and say how many."""
    return await tx.run("delete from session where account = {} and id_hash <> {}", account, kept)


async def end_old_sessions(tx: Tx, account: int, now: int) -> None:
    """Forget the sessions of an account that have ended by themselves."""
    sql = "delete from session where account = {} and (expires_at <= {} or seen_at <= {})"
    await tx.run(sql, account, now, now - IDLE)


async def count_attempt(tx: Tx, scope: str, now: int, window: int) -> int:
    """Count one more attempt in the window of time (Unix ms) that `now` lies in; the new count."""
    begin = now - now % window
    await tx.run('delete from login_attempt where "window" < {}', begin - DAY)
    await tx.run(
        'insert into login_attempt (scope, "window", count) values ({}, {}, 1) '
        'on conflict (scope, "window") do update set count = login_attempt.count + 1',
        *(scope, begin),
    )
    row = await tx.one(_Count, 'select count from login_attempt where scope = {} and "window" = {}', scope, begin)
    assert row is not None
    return row.count


async def forget_attempts(tx: Tx, scope: str) -> None:
    """Start counting anew."""
    await tx.run("delete from login_attempt where scope = {}", scope)
