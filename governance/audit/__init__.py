"""What an outsider recomputes from the ledger, the ballot boxes and the public openings, and what it finds.

Pure as all of the law: bytes come in through the protocols of `sources`, the time of open dates is passed in.
"""

from governance.audit.checks import CHECK_OF, CHECKS, Check
from governance.audit.findings import Finding, Findings, Result, Row, worst
from governance.audit.limits import LIMITS
from governance.audit.replay import Audit
from governance.audit.sightings import TOLERANCE, Sighting, Sightings
from governance.audit.sources import Boxes, BoxName, Shown, decode_shown
from governance.audit.square import Expected, Mismatch, ShownPost, ShownRestriction

__all__ = [
    "CHECKS",
    "CHECK_OF",
    "LIMITS",
    "TOLERANCE",
    "Audit",
    "BoxName",
    "Boxes",
    "Check",
    "Expected",
    "Finding",
    "Findings",
    "Mismatch",
    "Result",
    "Row",
    "Shown",
    "ShownPost",
    "ShownRestriction",
    "Sighting",
    "Sightings",
    "decode_shown",
    "worst",
]
