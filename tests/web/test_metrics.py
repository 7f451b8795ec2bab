"""The figures for Prometheus: what they say, that a witness that is away shows in them, and who may read them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.config import Config
from app.store.ledger import freeze, latest_checkpoint, read_head
from app.store.witnesses import CosignatureRow, keep_cosignature
from ledger.cosignature import CosigningKey
from tests.web.serving import ON_SQLITE, Site

pytestmark = ON_SQLITE
ALIVE, DEAD = CosigningKey("alive.example/w", b"a" * 32), CosigningKey("dead.example/w", b"d" * 32)


@pytest.fixture
def watched(migrated: Config, tmp_path: Path) -> Iterator[Site]:
    """A square whose policy asks for two witnesses, of which nobody is at the address."""
    file = tmp_path / "policy"
    file.write_text(
        f"witness a {ALIVE.verifier.format()} http://127.0.0.1:1/a\n"
        f"witness d {DEAD.verifier.format()} http://127.0.0.1:1/d\n"
        "group both all a d\nquorum both\n"
    )
    served = Site(msgspec.structs.replace(migrated, witness_policy=file))
    yield served
    served.close()


def measured(site: Site) -> dict[tuple[str, str], float]:
    """Each figure by its name and the key that it is of."""
    answer = httpx.get(f"{site.url}/metrics")
    assert (200, True) == (answer.status_code, answer.headers["content-type"].startswith("text/plain; version="))
    families = text_string_to_metric_families(answer.text)
    return {
        (one.name.removeprefix("isegoria_"), one.labels.get("key", "")): one.value
        for family in families
        for one in family.samples
    }


def test_a_dead_witness_shows(watched: Site) -> None:
    """One has cosigned 90 s ago and the other never: sizes, ages and the quorum that is not met; then frozen."""
    latest = watched.run(lambda square: square.database.read(latest_checkpoint))
    head = watched.run(lambda square: square.database.read(read_head))
    assert latest is not None
    key, seconds = ALIVE.verifier.format(), watched.clock.now() // 1000 - 90
    row = CosignatureRow(latest.size, key, seconds, "")
    watched.run(lambda square: square.database.write(lambda tx: keep_cosignature(tx, row)))
    found = measured(watched)
    assert (head.size, latest.size) == (found["ledger_entries", ""], found["ledger_signed_entries", ""])
    assert (0, 0) == (found["ledger_frozen", ""], found["witness_quorum_met", ""])
    assert (watched.clock.now() - latest.at) / 1000 == pytest.approx(found["checkpoint_age_seconds", ""], abs=2)
    assert (latest.size, 0) == (found["witness_entries", key], found["witness_entries", DEAD.verifier.format()])
    assert 90 == pytest.approx(found["witness_age_seconds", key], abs=2)
    assert ("witness_age_seconds", DEAD.verifier.format()) not in found
    watched.run(lambda square: square.database.write(lambda tx: freeze(tx, "by hand")))
    assert 1 == measured(watched)["ledger_frozen", ""]


def test_only_machines_of_the_house_read_them(site: Site) -> None:
    """What a proxy passes on for somebody is not found, whatever the headers say of where it comes from."""
    assert ("witness_quorum_met", "") not in measured(site)
    for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        assert 404 == httpx.get(f"{site.url}/metrics", headers={name: "127.0.0.1"}).status_code
