"""Who speaks here: accounts, their credentials, and who may sign up."""

from collections.abc import Sequence

from msgspec import Struct

from app.store.engines import Tx
from app.store.indexing import change_words, index_words

COLUMNS = "id, handle, name, bio, kind, origin, member, locale, theme, created_day"


class Account(Struct, frozen=True):
    """A person or an imported guest; `member` is "m:17" or "g:19", None before admission.

    `locale` and `theme` are "" where nothing was chosen, `name` where the handle is shown.
    """

    id: int
    handle: str
    name: str
    bio: str
    kind: str
    origin: str | None
    member: str | None
    locale: str
    theme: str
    created_day: int

    @property
    def shown_name(self) -> str:
        """The name that the person chose, else the handle."""
        return self.name or self.handle


class Credential(Struct, frozen=True):
    """How an account signs in."""

    account: int
    phc: str
    email: str | None


class _First(Struct, frozen=True):
    first_timeline: str


async def account_by_handle(tx: Tx, handle: str) -> Account | None:
    """The account of a handle, written in small letters."""
    return await tx.one(Account, f"select {COLUMNS} from account where handle = {{}}", handle)


async def account_by_id(tx: Tx, account: int) -> Account | None:
    """The account of an id."""
    return await tx.one(Account, f"select {COLUMNS} from account where id = {{}}", account)


async def account_by_member(tx: Tx, member: str) -> Account | None:
    """The account behind a number, "m:17"; None where it was erased."""
    return await tx.one(Account, f"select {COLUMNS} from account where member = {{}}", member)


async def accounts_among(tx: Tx, ids: Sequence[int]) -> dict[int, Account]:
    """The accounts of many ids at once."""
    rows = await tx.among(Account, f"select {COLUMNS} from account where id in {{among}}", ids)
    return {row.id: row for row in rows}


async def accounts_of_members(tx: Tx, members: Sequence[str]) -> dict[str, Account]:
    """The accounts behind many numbers at once, by number."""
    rows = await tx.among(Account, f"select {COLUMNS} from account where member in {{among}}", members)
    return {row.member: row for row in rows if row.member is not None}


async def accounts_by_handles(tx: Tx, handles: Sequence[str]) -> dict[str, Account]:
    """The accounts of those of many handles, in small letters, that are somebody's, by handle."""
    rows = await tx.among(Account, f"select {COLUMNS} from account where handle in {{among}}", handles)
    return {row.handle: row for row in rows}


async def handle_or_skeleton_is_taken(tx: Tx, handle: str, skeleton: str) -> bool:
    """Whether somebody has this handle, or one that looks like it."""
    sql = f"select {COLUMNS} from account where handle = {{}} or skeleton = {{}} limit 1"
    return await tx.one(Account, sql, handle, skeleton) is not None


async def add_account(tx: Tx, account: Account, skeleton: str) -> bool:
    """Enter an account; False, and nothing written, if its id, handle, skeleton or origin is taken."""
    sql = (
        "insert into account (id, handle, skeleton, name, bio, kind, origin, member, locale, theme, created_day) "
        "values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) on conflict do nothing"
    )
    columns = (account.name, account.bio, account.kind, account.origin, account.member, account.locale, account.theme)
    if await tx.run(sql, account.id, account.handle, skeleton, *columns, account.created_day) != 1:
        return False
    await index_words(tx, "account_words", {account.id: _text_to_find(account.handle, account.name)})
    return True


async def add_credential(tx: Tx, credential: Credential) -> bool:
    """Give an account its password; False if the e-mail address has an account already."""
    sql = "insert into credential (account, phc, email) values ({}, {}, {}) on conflict do nothing"
    return await tx.run(sql, credential.account, credential.phc, credential.email) == 1


async def credential_of_handle(tx: Tx, handle: str) -> Credential | None:
    """How the account of a handle signs in; None for guests, who cannot."""
    sql = (
        "select c.account, c.phc, c.email from credential c join account a on a.id = c.account "
        "where a.handle = {} and a.kind = 'person'"
    )
    return await tx.one(Credential, sql, handle)


async def credential_of_email(tx: Tx, email: str) -> Credential | None:
    """How the account that was made with an e-mail address signs in."""
    return await tx.one(Credential, "select account, phc, email from credential where email = {}", email)


async def credential_of(tx: Tx, account: int) -> Credential | None:
    """How an account signs in."""
    return await tx.one(Credential, "select account, phc, email from credential where account = {}", account)


async def email_is_used(tx: Tx, email: str) -> bool:
    """Whether an account was made with this address."""
    return await credential_of_email(tx, email) is not None


async def change_password(tx: Tx, account: int, phc: str) -> None:
    """Replace an account's password."""
    await tx.run("update credential set phc = {} where account = {}", phc, account)


async def change_profile(tx: Tx, account: int, name: str, bio: str) -> None:
    """Replace what an account says of itself."""
    await tx.run("update account set name = {}, bio = {} where id = {}", name, bio, account)
    found = await account_by_id(tx, account)
    assert found is not None, "an account that is changed is there"
    await change_words(tx, "account_words", account, _text_to_find(found.handle, name))


def _text_to_find(handle: str, name: str) -> str:
    """What somebody can be found by; also by each part of a handle in several."""
    return f"{handle} {handle.replace('_', ' ')} {name}"


async def change_locale(tx: Tx, account: int, locale: str) -> None:
    """Choose the language in which the square speaks to an account."""
    await tx.run("update account set locale = {} where id = {}", locale, account)


async def first_timeline_of(tx: Tx, account: int) -> str:
    """What a reader wants to meet first: "following", a ranking, or "" where they leave it to the square."""
    found = await tx.one(_First, "select first_timeline from account where id = {}", account)
    return found.first_timeline if found is not None else ""


async def prefer_timeline(tx: Tx, account: int, first: str) -> None:
    """Choose what a reader meets first."""
    await tx.run("update account set first_timeline = {} where id = {}", first, account)


async def change_theme(tx: Tx, account: int, theme: str) -> None:
    """Choose light, dark, or "" for what the reader's machine prefers."""
    await tx.run("update account set theme = {} where id = {}", theme, account)
