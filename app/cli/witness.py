"""`isegoria witness`: the key with which this square witnesses the ledgers of others."""

import os
from pathlib import Path

import rich_click as click

from app.cli import Unable
from app.config import read_config
from app.durable import write_durably
from app.witnessing import read_witness_key, witness_key_file
from ledger.cosignature import CosigningKey
from ledger.errors import Malformed

PRIVATE = 0o600


@click.group(name="witness", short_help="The key that witnesses other ledgers.")
def command() -> None:
    """The key with which this square witnesses the ledgers of others."""


@command.command()
@click.option("--name", required=True, metavar="NAME", help="The witness's name, such as square.example/witness.")
def new(name: str) -> None:
    """Make the key, and print its public half for those who are to be witnessed."""
    home = read_config(os.environ).home
    file = witness_key_file(home)
    if not home.is_dir():
        raise Unable(f"there is no square in {home}: run `isegoria found`")
    if file.exists():
        raise Unable(f"{file} holds a key already, on which others rely; nothing was changed")
    try:
        key = CosigningKey.generate(name)
    except Malformed as error:
        raise Unable(f"{name} is no name for a witness: {error}") from error
    write_durably(file, f"{key.format()}\n".encode(), PRIVATE)
    click.echo(key.verifier.format())


@command.command()
def show() -> None:
    """Print the witness key as one line."""
    home = read_config(os.environ).home
    click.echo(_read(home).verifier.format())


def _read(home: Path) -> CosigningKey:
    file = witness_key_file(home)
    try:
        return read_witness_key(home)
    except OSError as error:
        raise Unable(f"{file} cannot be read ({error.strerror}): run `isegoria witness new`") from error
    except Malformed as error:
        raise Unable(f"{file} holds no key of a witness: {error}") from error
