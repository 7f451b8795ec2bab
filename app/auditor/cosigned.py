"""W1: the checkpoint that is audited must carry the cosignatures that the auditor demands."""

from collections.abc import Sequence
from datetime import UTC, datetime

from governance.audit import Findings
from governance.audit.checks import W1
from ledger.cosignature import WitnessKey, read_cosignatures
from ledger.errors import ProofInvalid
from ledger.note import Note, VerifierKey
from ledger.policy import Policy

SKEW = 300
"""Seconds by which the clock of a witness may be ahead of this machine's."""


def hold_cosignatures(
    note: bytes, key: VerifierKey, demanded: Sequence[WitnessKey], policy: Policy | None, now: int, findings: Findings
) -> None:
    """Hold a checkpoint against the witnesses that must have cosigned it, and against a policy; `now` is Unix ms."""
    if not demanded and policy is None:
        findings.skip(W1, "not checked: needs the key of a witness, given with --witness, or a --policy")
        return
    signed = Note.parse(note)
    listed = () if policy is None else tuple(witness.key for witness in policy.witnesses)
    cosigned = {
        witness for witness in dict.fromkeys((*demanded, *listed)) if _has_cosigned(signed, witness, now, findings)
    }
    for witness in demanded:
        if witness not in cosigned:
            findings.keep(W1, "unverified", -1, f"{witness.name} has not cosigned this checkpoint, and was to")
    if policy is None:
        return
    if not policy.is_met_by(cosigned):
        findings.keep(W1, "unverified", -1, "the witnesses that have cosigned this checkpoint are no quorum")
    if policy.logs and all(log.key != key for log in policy.logs):
        findings.keep(W1, "unverified", -1, f"the policy is for other ledgers: it does not name the key {key.format()}")


def _has_cosigned(note: Note, witness: WitnessKey, now: int, findings: Findings) -> bool:
    try:
        at = read_cosignatures(note, [witness]).get(witness)
    except ProofInvalid as error:
        findings.keep(W1, "violation", -1, str(error))
        return False
    if at is None:
        return False
    if at > now // 1000 + SKEW:
        findings.keep(W1, "unverified", -1, f"{witness.name} has cosigned at a time that has not come yet")
        return False
    findings.judged(W1)
    findings.note(W1, f"{witness.name} cosigned it at {_time(at)}")
    return True


def _time(at: int) -> str:
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError):
        return f"{at} s"
