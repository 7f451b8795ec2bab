"""Programs that people let speak for them: the programs, the codes they are given and the tokens they show.

Of codes, tokens and secrets only the hash is stored. As with sessions, no row tells to the minute when a member was
here: a token knows the hour in which it was made and the day on which it was used last, and its number is chance.
"""

import hashlib
from collections.abc import Sequence

from msgspec import Struct

from app.store.accounts import Account
from app.store.engines import Tx
from app.store.sessions import DAY, HOUR, hash_of

CODE_LIFE = 600_000


class OauthApp(Struct, frozen=True):
    """A program; `redirects` are the addresses that a code may be sent to, `scopes` the most it may ever be given.

    Both are lists with spaces between, as the API writes them. `website` is "" where none was named.
    """

    id: int
    client_id: str
    secret_hash: bytes
    name: str
    website: str
    redirects: str
    scopes: str
    created_day: int


class OauthCode(Struct, frozen=True):
    """What somebody has allowed a program, until it asks for its token; `challenge` is "" without PKCE."""

    app: int
    account: int
    redirect: str
    scopes: str
    challenge: str
    expires_at: int


class OauthToken(Struct, frozen=True):
    """What a program may do, and for whom; `account` is None for a program that speaks for itself."""

    id: int
    app: int
    account: int | None
    scopes: str
    created_at: int
    used_day: int


class Speaker(Struct, frozen=True):
    """A program that may speak for an account, as the account's owner sees it."""

    id: int
    name: str
    website: str
    scopes: str
    created_at: int
    used_day: int


class _Shown(Struct, frozen=True):
    """A row of oauth_token with the account that it speaks for."""

    id: int
    app: int
    scopes: str
    created_at: int
    used_day: int
    account: int | None
    handle: str | None
    name: str | None
    bio: str | None
    kind: str | None
    origin: str | None
    member: str | None
    locale: str | None
    theme: str | None
    created_day: int | None


class _Id(Struct, frozen=True):
    id: int


def number_of_code(code_hash: bytes) -> int:
    """The number of the token that a code is exchanged for: so a code that comes a second time names what to revoke."""
    return int.from_bytes(hashlib.sha256(b"isegoria/token\0" + code_hash).digest()[:8]) >> 1


async def add_app(tx: Tx, app: OauthApp) -> bool:
    """Enter a program; False if chance has drawn a number that is taken."""
    sql = (
        "insert into oauth_app (id, client_id, secret_hash, name, website, redirects, scopes, created_day) "
        "values ({}, {}, {}, {}, {}, {}, {}, {}) on conflict do nothing"
    )
    said = (app.name, app.website, app.redirects, app.scopes, app.created_day)
    return await tx.run(sql, app.id, app.client_id, app.secret_hash, *said) == 1


async def app_of_client(tx: Tx, client_id: str) -> OauthApp | None:
    """The program of a client id."""
    return await tx.one(OauthApp, f"select {_APP} from oauth_app where client_id = {{}}", client_id)


async def app_by_id(tx: Tx, app: int) -> OauthApp | None:
    """The program of a number."""
    return await tx.one(OauthApp, f"select {_APP} from oauth_app where id = {{}}", app)


async def add_code(tx: Tx, code: str, given: OauthCode) -> None:
    """Keep what a code stands for."""
    await tx.run(
        "insert into oauth_code (code_hash, app, account, redirect, scopes, challenge, expires_at) "
        "values ({}, {}, {}, {}, {}, {}, {})",
        *(hash_of(code), given.app, given.account, given.redirect, given.scopes, given.challenge, given.expires_at),
    )


async def forget_codes(tx: Tx, now: int) -> None:
    """Forget the codes that were never used."""
    await tx.run("delete from oauth_code where expires_at <= {}", now)


async def code_of(tx: Tx, code: str) -> OauthCode | None:
    """What a code stands for, ended or not; None for one that was used or never given."""
    sql = "select app, account, redirect, scopes, challenge, expires_at from oauth_code where code_hash = {}"
    return await tx.one(OauthCode, sql, hash_of(code))


async def use_code(tx: Tx, code: str) -> bool:
    """Spend a code; False if somebody else has just done so."""
    return await tx.run("delete from oauth_code where code_hash = {}", hash_of(code)) == 1


async def add_token(tx: Tx, token: str, given: OauthToken) -> None:
    """Keep a token, of whose times only the hour and the day are told."""
    made, used = given.created_at - given.created_at % HOUR, given.used_day - given.used_day % DAY
    await tx.run(
        "insert into oauth_token (token_hash, id, app, account, scopes, created_at, used_day) "
        "values ({}, {}, {}, {}, {}, {}, {})",
        *(hash_of(token), given.id, given.app, given.account, given.scopes, made, used),
    )


async def find_token(tx: Tx, token: str) -> tuple[OauthToken, Account | None] | None:
    """What a token allows, and the account that it speaks for."""
    row = await tx.one(
        _Shown,
        "select t.id, t.app, t.scopes, t.created_at, t.used_day, t.account, a.handle, a.name, a.bio, a.kind, a.origin, "
        "a.member, a.locale, a.theme, a.created_day from oauth_token t left join account a on a.id = t.account "
        "where t.token_hash = {}",
        hash_of(token),
    )
    if row is None:
        return None
    return OauthToken(row.id, row.app, row.account, row.scopes, row.created_at, row.used_day), _account(row)


async def tokens_among(tx: Tx, tokens: Sequence[int]) -> set[int]:
    """Those of many tokens that were not revoked."""
    return {row.id for row in await tx.among(_Id, "select id from oauth_token where id in {among}", tokens)}


async def use_token(tx: Tx, token: int, now: int) -> None:
    """Note the day on which a token is in use."""
    day = now - now % DAY
    await tx.run("update oauth_token set used_day = {} where id = {} and used_day < {}", day, token, day)


async def speakers_for(tx: Tx, account: int) -> list[Speaker]:
    """The programs that may speak for an account, one a token."""
    return await tx.all(
        Speaker,
        "select t.id, p.name, p.website, t.scopes, t.created_at, t.used_day from oauth_token t "
        "join oauth_app p on p.id = t.app where t.account = {} order by t.created_at desc, t.id",
        account,
    )


async def end_token(tx: Tx, token: int) -> bool:
    """Revoke one token."""
    return await tx.run("delete from oauth_token where id = {}", token) == 1


async def end_token_of(tx: Tx, account: int, token: int) -> bool:
    """Revoke one token of an account; False where it is nobody's or somebody else's."""
    return await tx.run("delete from oauth_token where id = {} and account = {}", token, account) == 1


async def end_tokens_of(tx: Tx, account: int) -> int:
    """Revoke every token and code of an account, and say how many tokens."""
    await tx.run("delete from oauth_code where account = {}", account)
    return await tx.run("delete from oauth_token where account = {}", account)


_APP = "id, client_id, secret_hash, name, website, redirects, scopes, created_day"


def _account(row: _Shown) -> Account | None:
    if row.account is None or row.handle is None:
        return None
    said = (row.handle, row.name or "", row.bio or "", row.kind or "", row.origin, row.member)
    return Account(row.account, *said, row.locale or "", row.theme or "", row.created_day or 0)
