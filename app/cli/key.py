"""`isegoria key`: the key that signs the ledger."""

import os

import rich_click as click

from app.cli import Unable
from app.config import read_config
from app.founding import key_file, read_key
from ledger.errors import Malformed


@click.group(name="key")
def command() -> None:
    """The key that signs the ledger."""


@command.command()
def show() -> None:
    """Print the ledger's verifier key as one line."""
    home = read_config(os.environ).home
    try:
        key = read_key(home)
    except FileNotFoundError as error:
        raise Unable(f"there is no key in {key_file(home)}: run `isegoria found`") from error
    except Malformed as error:
        raise Unable(f"{key_file(home)} holds no key: {error}") from error
    click.echo(key.verifier.format())
