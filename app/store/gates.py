"""What the gate asks of newcomers: invitations and confirmed e-mail addresses. Only hashes of codes are stored."""

from secrets import token_urlsafe

from msgspec import Struct

from app.store.engines import Tx
from app.store.sessions import DAY, hash_of

INVITATION_LIFE = 14 * DAY
EMAIL_TOKEN_LIFE = DAY


class Invitation(Struct, frozen=True):
    """A code by which one person may join; `used_by` is the account that did."""

    made_by: int
    used_by: int | None
    created_at: int
    expires_at: int


class EmailToken(Struct, frozen=True):
    """A link that was sent to an address."""

    email: str
    expires_at: int
    used_at: int | None


async def make_invitation(tx: Tx, account: int, now: int) -> str:
    """A new code, shown once."""
    code = token_urlsafe(18)
    await tx.run(
        "insert into invitation (code_hash, made_by, used_by, created_at, expires_at) values ({}, {}, {}, {}, {})",
        *(hash_of(code), account, None, now, now + INVITATION_LIFE),
    )
    return code


async def invitations_of(tx: Tx, account: int) -> list[Invitation]:
    """The invitations that an account made, newest first."""
    return await tx.all(
        Invitation,
        "select made_by, used_by, created_at, expires_at from invitation where made_by = {} order by created_at desc",
        account,
    )


async def invitation_is_good(tx: Tx, code: str, now: int) -> bool:
    """Whether somebody may still join by this code."""
    sql = (
        "select made_by, used_by, created_at, expires_at from invitation "
        "where code_hash = {} and used_by is null and expires_at > {}"
    )
    return await tx.one(Invitation, sql, hash_of(code), now) is not None


async def use_invitation(tx: Tx, code: str, account: int, now: int) -> bool:
    """Spend a code; False if it was spent or has ended."""
    sql = "update invitation set used_by = {} where code_hash = {} and used_by is null and expires_at > {}"
    return await tx.run(sql, account, hash_of(code), now) == 1


async def make_email_token(tx: Tx, email: str, now: int) -> str:
    """A new secret for a link to an address."""
    token = token_urlsafe(32)
    await tx.run("delete from email_token where expires_at < {}", now - EMAIL_TOKEN_LIFE)
    sql = "insert into email_token (token_hash, email, expires_at, used_at) values ({}, {}, {}, {})"
    await tx.run(sql, hash_of(token), email, now + EMAIL_TOKEN_LIFE, None)
    return token


async def email_of_token(tx: Tx, token: str, now: int) -> str | None:
    """The address that a link confirms, unless it was used or has ended."""
    sql = (
        "select email, expires_at, used_at from email_token "
        "where token_hash = {} and used_at is null and expires_at > {}"
    )
    row = await tx.one(EmailToken, sql, hash_of(token), now)
    return None if row is None else row.email


async def use_email_token(tx: Tx, token: str, now: int) -> bool:
    """Spend a link; False if it was spent or has ended."""
    sql = "update email_token set used_at = {} where token_hash = {} and used_at is null and expires_at > {}"
    return await tx.run(sql, now, hash_of(token), now) == 1
