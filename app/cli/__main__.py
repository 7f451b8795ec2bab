"""`python -m app.cli` is the command `isegoria`."""

from app.cli import main

main(prog_name="isegoria")
