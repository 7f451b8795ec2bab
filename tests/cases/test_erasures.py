"""Texts are erased: the bytes are nowhere, the proofs still hold, and every page says so."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.config import Config
from app.fsck import compare
from app.keyring import read_key
from app.signer import Signer
from app.square import Square
from app.store.purging import holds_any, purge_file
from ledger.note import VerifierKey
from ledger.proof import ProofFile, check_proof
from tests.cases.town import DAY, OFF_TOPIC, PRIVATE, SPAM, Town, refusal_of

WITHHOLD = {"sanction": "withhold", "elements": [True] * 3, "reasons": "An address.", "milder_fold": "It opens."}
HTML = {"Accept": "text/html"}
WORDS = "the quick brown fox of the words of ann"
REASON = "the reason that only ben could write down"
REASONS = "reasons of mia that name somebody by mistake"
STATEMENT = "what ann had to say against it at length"
UNTIL_FINAL = 22 * 86_400_000
"""Milliseconds after which no jury can be drawn any more for an appeal."""


def erase(town: Town, handle: str, entry: int, what: str, ground: str = "request") -> int:
    """Somebody has a text erased; the entry."""
    return town.does(handle, f"/ledger/{entry}/erase", what=what, ground=ground)


def crawl(town: Town, handles: Iterable[str], posts: Iterable[str], cases: Iterable[int]) -> dict[str, str]:
    """Every page and its JSON, as each of these people sees it."""
    paths = ["/", "/me", "/me/acts", "/mod/queue", "/modlog", "/modlog.csv", "/modlog.atom", "/rules", "/offices"]
    paths += ["/data/openings.jsonl", "/ledger", "/proposals", "/local", "/local.atom", "/@ann", "/@ann.atom"]
    paths += [f"/posts/{post}{part}" for post in posts for part in ("", "/report")]
    paths += [f"/cases/{case}" for case in cases]
    for entry in range(min(cases), town.size):
        paths += [f"/ledger/{entry}{part}" for part in ("", "/bytes", "/openings.jsonl", "/erase", "/correct")]
    said = {}
    for handle in handles:
        for path in paths:
            said[f"{handle} {path} json"] = town.program(handle).get(path).text
            if handle in ("", "ann", "olga"):
                said[f"{handle} {path} html"] = town.browser(handle).http.get(path, headers=HTML).text
    return said


def bytes_of(town: Town, config: Config) -> bytes:
    """Everything that the database keeps: the file and its log, or a dump."""
    if config.sqlite_file is None:
        done = subprocess.run(["pg_dump", "--dbname", config.database], check=True, capture_output=True)
        return done.stdout
    file = config.sqlite_file
    beside = [file.with_name(file.name + end) for end in ("", "-wal", "-shm")]
    return b"".join(path.read_bytes() for path in beside if path.exists())


def logged(config: Config) -> bytes:
    """Whatever lies in the square's home, its logs among it."""
    return b"".join(path.read_bytes() for path in config.home.rglob("*") if path.is_file())


def proof_holds(town: Town, entry: int, proof: bytes, key: VerifierKey) -> None:
    """A proof, taken along earlier, still shows that the entry stands where it stood."""
    body = town.program().get(f"/ledger/{entry}/bytes").content
    check_proof(body, ProofFile.parse(proof), [key])


async def _sign(square: Square) -> None:
    await Signer(square.database, square.config.home, square.clock).look()


@pytest.fixture
def case(town: Town) -> tuple[int, str]:
    """A folded post with a report, reasons and a statement that nobody else has words like; the case and the post."""
    town.admit("ann", "ben", "cid")
    town.elect("mia", "max")
    town.appoint("olga")
    opener = town.say("ben", "The pool?", topic="The pool")
    post = town.say("ann", WORDS, reply_to=opener)
    case = town.report("ben", post, OFF_TOPIC, REASON)
    town.report("cid", post, OFF_TOPIC, "Another reason.")
    town.folds("mia", case, reasons=REASONS)
    town.does("ann", f"/cases/{case}/appeal", statement=STATEMENT)
    town.does("max", f"/appeals/{town.size - 1}/reconsider", outcome="maintain", reasons="It was right.")
    return case, post


def entry_of(town: Town, kind: str) -> int:
    """The first entry of this kind."""
    return next(index for index, entry in enumerate(town.entries()) if type(entry.act).__name__ == kind)


def test_after_erasing_the_bytes_are_nowhere(town: Town, case: tuple[int, str], config: Config) -> None:
    """Neither in the database, nor on any page for anybody, nor in the home; old proofs hold, and the books balance."""
    number, post = case
    people = ("", "ann", "ben", "cid", "mia", "olga", "steward")
    decision, appeal = entry_of(town, "Decide"), entry_of(town, "Appeal")
    before = "".join(crawl(town, ("ann",), [post], [number]).values())
    texts = (WORDS, REASON, REASONS, STATEMENT)
    assert all(text in before for text in texts)  # the author is a party, and sees them all
    assert all(text.encode() in bytes_of(town, config) for text in texts)
    town.site.run(_sign)
    proofs = {entry: town.program().get(f"/ledger/proof/{entry}.tlog-proof").content for entry in (number, decision)}
    ended = erase(town, "olga", decision, "reasons", "private")
    town.later(UNTIL_FINAL)
    erase(town, "ann", number, "content")
    erase(town, "ben", number, "reason")
    erase(town, "ann", appeal, "statement")
    said = crawl(town, people, [post], [number])
    assert [] == [place for place, text in said.items() if any(gone in text for gone in texts)]
    kept = bytes_of(town, config) + logged(config)
    assert [] == [text for text in texts if text.encode() in kept]
    assert "Another reason." in said[f"cid /cases/{number} json"]
    key = read_key(config.home).verifier
    for entry, proof in proofs.items():
        proof_holds(town, entry, proof, key)
    assert ("erased", ended) == (town.stands(number), town.program().get("/modlog").json()["items"][0]["erased"])
    report = town.site.run(lambda square: compare(square.database, config.home, lambda *_: None))
    assert (0, ()) == (report.fault_count, report.faults)


def test_pages_say_what_was_erased(town: Town, case: tuple[int, str]) -> None:
    """The entry, its case, its erasure and the log, in both renderings and both languages."""
    number, post = case
    decision = entry_of(town, "Decide")
    assert "Erase its texts" in town.browser("olga").open(f"/ledger/{decision}").html
    assert "Erase its texts" not in town.browser("ann").open(f"/ledger/{decision}").html
    erasure = erase(town, "olga", decision, "reasons", "order")
    correction = town.does("mia", f"/ledger/{decision}/correct", text="The **wrong** post.")
    for path in (f"/ledger/{decision}", f"/cases/{number}"):
        page = town.browser().open(path)
        assert "erased by order of an authority" in page.text
        assert "says what is wrong in entry" in page.text
        assert f"/ledger/{erasure}" in page.html
        assert f"/ledger/{correction}" in page.html
    told = town.case(number)
    assert [{"entry": decision, "what": "reasons", "erasure": erasure, "ground": "order"}] == told["erased"]
    assert "erased 1 text, by order of an authority" in town.browser().open(f"/ledger/{erasure}").text
    assert "reasons erased" in town.browser().open("/modlog").text
    town.later(UNTIL_FINAL)
    erase(town, "ann", number, "content")
    assert "The words of this post were erased." in town.browser().open(f"/posts/{post}").text


def test_who_may_erase_is_asked_of_the_law(town: Town, case: tuple[int, str]) -> None:
    """A refusal cites its clause, on a page and for a program; nobody is offered what would be refused."""
    number, _ = case
    decision = entry_of(town, "Decide")
    for handle, what, clause in (
        ("ben", "content", "erase-3"),
        ("ann", "reason", "erase-3"),
        ("mia", "reason", "erase-3"),
    ):
        assert clause == refusal_of(town.do(handle, f"/ledger/{number}/erase", what=what, ground="request"))
    assert "erase-6" == refusal_of(town.do("olga", f"/ledger/{number}/erase", what="content", ground="order"))
    assert "erase-1" == refusal_of(town.do("olga", f"/ledger/{number}/erase", what="words", ground="order"))
    assert "correct-2" == refusal_of(town.do("max", f"/ledger/{decision}/correct", text="No."))
    town.refuses("erase-3", "max", f"/ledger/{decision}/erase", what="reasons", ground="order")
    assert 303 == town.submits("olga", f"/ledger/{decision}/erase", what="reasons", ground="order").status
    assert "erase-2" == refusal_of(town.do("olga", f"/ledger/{decision}/erase", what="reasons", ground="order"))


def test_a_withheld_post_goes_and_is_not_reported_anew(town: Town) -> None:
    """Its words go with every report's copy; it stays withheld, and is bound into the ledger by no other report."""
    town.admit("ann", "ben", "cid", "dora")
    town.elect("mia")
    town.appoint("olga")
    post = town.say("ann", WORDS)
    case = town.report("ben", post, PRIVATE)
    town.report("cid", post, PRIVATE)
    town.report("cid", post, SPAM)
    assert "erase-6" == refusal_of(town.do("olga", f"/ledger/{case}/erase", what="content", ground="private"))
    town.does("mia", f"/cases/{case}/decide", **WITHHOLD, duration=9)
    erasure = erase(town, "olga", case, "content", "private")
    assert 3 == len(town.entry(erasure).act.entries)  # type: ignore[union-attr]
    assert "report-2" == refusal_of(
        town.do("dora", f"/posts/{post}/report", rule=town.rule(PRIVATE), reason="It does.")
    )


def test_the_author_waits_until_the_case_is_final(town: Town) -> None:
    """While somebody may still appeal the page says so, and the law refuses."""
    town.admit("ann", "ben")
    town.elect("mia")
    case = town.report("ben", town.say("ann", WORDS), SPAM)
    assert "Not yet" in town.browser("ann").open(f"/ledger/{case}/erase").text
    town.refuses("erase-5", "ann", f"/ledger/{case}/erase", what="content", ground="request")
    town.clears("mia", case)
    town.refuses("erase-5", "ann", f"/ledger/{case}/erase", what="content", ground="request")
    town.later(190 * DAY)
    erase(town, "ann", case, "content")


def test_what_is_looked_for_is_found_where_pieces_join(tmp_path: Path) -> None:
    """A text across two pieces of the file is found; where there is no file to write, the answer is no."""
    file = tmp_path / "rests"
    file.write_bytes(b"x" * ((1 << 20) - 8) + b"a needle of some length" + b"y" * 10)
    assert holds_any(file, [b"a needle of some length"])
    assert not holds_any(file, [b"another needle of length"])
    assert not purge_file(tmp_path / "nowhere" / "square.db", [b"x"])
