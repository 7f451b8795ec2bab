"""What `isegoria audit` does: reads a square's ledger from outside, and has the law's audit judge it."""

from app.auditor.report import Exit, Report, Seen
from app.auditor.run import Question, run_audit

__all__ = ["Exit", "Question", "Report", "Seen", "run_audit"]
