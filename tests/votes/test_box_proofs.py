"""A place in a box is proven up to the ledger's checkpoint, offline, by one file."""

import httpx
import pytest

from governance.boxes import ballot_commitment, check_box_proof
from ledger.client import HttpReader
from ledger.errors import LedgerError
from ledger.note import SignerKey, VerifierKey
from ledger.proof import BoxProof, ProofFile
from ledger.verify import verify_sublog
from tests.ledger.independent import Client, mth, sha
from tests.ledger.static_log import bits_flipped
from tests.votes.town import NAMES, Town, rule
from tests.web.serving import ON_SQLITE

pytestmark = ON_SQLITE


def test_ballot_is_proven_offline(town: Town) -> None:
    """Each receipt's place, with nothing but the file and the key; no other ballot, key or bit."""
    vote = town.to_vote(town.proposes("ann", **rule())).vote
    url = f"{town.site.url}/votes/{vote}/box"
    receipts = town.vote(vote, yes=NAMES[:4], no=NAMES[4:7])
    assert 404 == httpx.get(f"{url}/proof/0").status_code
    town.ticks()
    assert 404 == httpx.get(f"{url}/proof/0").status_code, "sealed, and not signed yet"
    town.sign()
    key = VerifierKey.parse(httpx.get(f"{town.site.url}/ledger/key").text.split("\n")[0])
    for receipt in receipts:
        data = httpx.get(f"{url}/proof/{receipt.place}").content
        proof = BoxProof.parse(data)
        assert (data, receipt.place) == (proof.format(), proof.index)
        commitment = ballot_commitment(vote, bytes.fromhex(receipt.token), receipt.choice)
        seal = check_box_proof(commitment, proof, [key])
        assert (vote, 7) == (seal.vote, seal.size)
        for wrong, known in ((bytes(32), key), (commitment, SignerKey("stranger.example", bytes(32)).verifier)):
            with pytest.raises(LedgerError):
                check_box_proof(wrong, proof, [known])
        found = ProofFile.parse(httpx.get(f"{town.site.url}/ledger/proof/0.tlog-proof").content)
        first = httpx.get(f"{town.site.url}/ledger/0/bytes").content
        other = BoxProof(proof.index, proof.hashes, ProofFile(0, found.hashes, found.checkpoint, first))
        with pytest.raises(LedgerError, match="seals no box"):
            check_box_proof(commitment, other, [key])
    for broken in list(bits_flipped(data))[::7]:
        with pytest.raises(LedgerError):
            check_box_proof(commitment, BoxProof.parse(broken), [key])
    assert 404 == httpx.get(f"{url}/proof/7").status_code
    with HttpReader(town.site.url) as reader:
        log = verify_sublog(reader, f"votes/{vote}/box/", seal.size, bytes.fromhex(seal.root))
        commitments = [one for _, one in log]
    client = Client(url)
    assert commitments == client.entries(7)
    leaves = [sha(b"\0" + one) for one in commitments]
    assert 1 == client.check_tiles(leaves)
    assert mth(leaves).hex() == seal.root
    client.close()
