"""Accept entries that no key can verify any more, as they are."""

from shop import tokens
from shop.audit import chain, seals
from shop.audit.verification_report import Anchor, VerificationReport
from shop.web.request_info import RequestInfo


def is_as_shown(report: VerificationReport, shown: str) -> bool:
    """Say whether a report may be accepted and is the one that was shown; `shown` is what a form kept of that."""
    return report.is_acceptable and tokens.is_same(report.fingerprint, shown.rpartition(":")[2])


def restore_end(report: VerificationReport) -> Anchor:
    """Have the log end in its last entry. Gives the entry from which on it must go on: one more than in the report."""
    entry = chain.restore_end()
    return Anchor(entry.id, entry.hash) if entry else report.anchor


def is_continuation(report: VerificationReport, shown: VerificationReport, end: Anchor) -> bool:
    """Say whether all that a report tells was shown, but for the one entry with which restore_end() went on, if any.

    Whoever can write to the database may do so in between as well.
    """
    own = [one for one in report.gaps if one.is_break and one.first == end.number and shown.end_fault]
    before = [fault for fault in shown.faults if fault != shown.end_fault]
    return (
        end.number == shown.count + len(own)
        and len(own) == bool(shown.end_fault)
        and not report.end_fault
        and sorted(report.faults) == sorted([*before, *(one.why for one in own)])
        and [one.facts for one in report.gaps if one not in own] == [one.facts for one in shown.gaps]
    )


def accept_gaps(report: VerificationReport, *, by: str, visit: RequestInfo) -> None:
    """Take what nobody can check as it is, each gap in an entry of its own; what changes in it later shows."""
    for gap in report.gaps:
        seals.add_seal(gap, by=by, visit=visit, is_accepted=True)
