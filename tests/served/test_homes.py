"""What is said where a square's files and its database do not belong together: exit code 2, and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.keyring import key_file, write_key
from ledger.note import SignerKey
from tests.served.processes import Served, free_port, words_of

Make = Callable[[str], Served]
pytestmark = pytest.mark.timeout(300)


def refuses(served: Served, *words: str) -> None:
    """Serving ends with 2, says this, and shows nobody a traceback."""
    done = served.run("serve", "--port", str(free_port()))
    assert (2, "") == (done.code, done.out)
    assert "Traceback" not in done.err
    for one in words:
        assert _closely(one) in _closely(words_of(done.err))


def _closely(text: str) -> str:
    """Without the breaks that a narrow box makes, also in the middle of a path."""
    return "".join(text.split())


def test_the_charter_is_not_as_it_was(sqlite_served: Served) -> None:
    """Missing, another, or none at all: the text under which the square was founded has to be put back."""
    file = sqlite_served.config.home / "charter.md"
    text = file.read_bytes()
    file.unlink()
    refuses(sqlite_served, "the database holds a square, and", "charter.md is missing: put the text back")
    file.write_bytes(text.replace(b"\n", b"\r\n"))
    refuses(sqlite_served, "charter.md is not the charter")
    file.write_bytes(text + b"\nOne word more.\n")
    refuses(sqlite_served, "is not the charter of the square in this database, whose SHA-256 is")
    file.write_bytes(b"nothing")
    refuses(sqlite_served, "the charter has no clauses or no terms: is this the right file?")
    file.write_bytes(b"\xff\xfe")
    refuses(sqlite_served, "is not the charter as it was founded")


def test_the_key_is_not_as_it_was(sqlite_served: Served) -> None:
    """Missing, none, or that of another ledger: nothing else can sign."""
    file = key_file(sqlite_served.config.home)
    file.write_text("nothing")
    refuses(sqlite_served, "ledger.key holds no key: not a private key. Copy it back from where you keep it")
    file.unlink()
    refuses(sqlite_served, "there is no key in", "copy it back from where you keep it")
    write_key(file, SignerKey.generate("other.example/isegoria"))
    refuses(sqlite_served, "is that of other.example/isegoria, and the database of served.example/test")
    write_key(file, SignerKey.generate("served.example/test"))
    done = sqlite_served.run("serve", "--port", str(free_port()))
    assert 3 == done.code
    assert "holds no checkpoint that this square's key has signed" in done.err


def test_the_database_is_not_there(sqlite_served: Served, tmp_path: Path) -> None:
    """Missing or empty beside the files of a square: no table is made, and nobody founds over an old ledger."""
    file = sqlite_served.config.home / "isegoria.db"
    for part in file.parent.glob("isegoria.db*"):
        part.rename(tmp_path / part.name)
    refuses(sqlite_served, "there is no database in", "holds the files of a square: put its database back")
    assert not file.exists()
    sqlite_served.must("migrate")
    refuses(sqlite_served, "the database is empty, and", "checkpoint tells of a signed ledger")
    refused = sqlite_served.run("found")
    assert 2 == refused.code
    said = "says that a ledger was signed here, and the database holds no square"
    assert _closely(said) in _closely(words_of(refused.err))
    (file.parent / "charter.md").unlink()
    refuses(sqlite_served, "holds ledger.key, checkpoint, no charter.md, and no square in its database")


def test_only_the_kept_checkpoint_is_left(unfounded: Make) -> None:
    """A second ledger under an old name is not founded where one was signed."""
    served = unfounded("home")
    served.config.home.mkdir(parents=True)
    (served.config.home / "checkpoint").write_text("the last one")
    refused = served.run("found")
    assert 2 == refused.code
    assert "a new square needs another ISEGORIA_HOME, and a key of its own" in words_of(refused.err)
    assert [served.config.home / "checkpoint"] == [
        file for file in served.config.home.iterdir() if not file.name.startswith("isegoria.db")
    ]
