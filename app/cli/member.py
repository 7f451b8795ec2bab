"""`isegoria member`: make accounts and grant offices, from the machine itself."""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable
from typing import TypeVar

import rich_click as click

from app.cli import Unable
from app.clock import SystemClock
from app.config import read_config
from app.duties import admit_account
from app.homes import NotFounded
from app.people import HandleTaken, add_person
from app.running import open_square
from app.square import Square
from app.store.accounts import account_by_handle
from app.store.engines import Tx, Unavailable
from app.store.governed import value_of
from app.store.imports import first_in_office
from governance.acts.members import Grant
from governance.acts.words import Role
from governance.errors import Refused
from governance.members import NAMES, number
from governance.terms import Term, size_of

T = TypeVar("T")


@click.group(name="member")
def command() -> None:
    """Make accounts, and grant offices."""


@command.command()
@click.argument("handle")
def create(handle: str) -> None:
    """Make an account and print its password; it is admitted with the other newcomers."""
    password = secrets.token_urlsafe(18)

    async def make(square: Square) -> None:
        await add_person(square.database, handle, password, square.clock.now())

    _run(make)
    click.echo(f"{handle} {password}")


@command.command()
@click.argument("handle")
@click.option(
    "--role", type=click.Choice(["moderator", "legal-officer"]), default="moderator", help="Which office to grant."
)
def grant(handle: str, role: str) -> None:
    """Grant a member an office, in the steward's name, for as long as the charter allows."""
    office: Role = "legal_officer" if role == "legal-officer" else "moderator"
    entry = _run(lambda square: grant_office(square, handle, office))
    click.echo(f"{handle} is a {NAMES[office]}: entry {entry}")


async def grant_office(square: Square, handle: str, role: Role) -> int:
    """Grant the office in the name of the first steward; returns the entry. Raises Refused, Unable."""
    now = square.clock.now()

    async def look(tx: Tx) -> tuple[int, str | None, int, int, int]:
        account = await account_by_handle(tx, handle)
        if account is None:
            raise Unable(f"nobody here is called {handle}")
        steward = await first_in_office(tx, "steward", now)
        if steward is None:
            raise Unable("nobody holds the office of steward, who alone may grant this one")
        term = await value_of(tx, Term, "office")
        assert term is not None, "a founded square has the term office"
        return account.id, account.member, steward.member, steward.grant, int(size_of(term.value))

    account, member, steward, basis, office = await square.database.read(look)
    # Whoever gets an office is admitted with it, if they were not yet.
    receiver = number(member) if member else await admit_account(square.door, account)
    until = now + office - min(60_000, office // 2)
    recorded = await square.door.record(Grant(receiver, role, until, basis), f"m:{steward}")
    return recorded.index


def _run(work: Callable[[Square], Awaitable[T]]) -> T:
    async def inside() -> T:
        async with open_square(read_config(os.environ), SystemClock()) as square:
            return await work(square)

    try:
        return asyncio.run(inside())
    except (HandleTaken, NotFounded, Refused, Unavailable) as error:
        raise Unable(str(error)) from error
