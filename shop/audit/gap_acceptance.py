"""Accept entries that no key can verify any more, as they are."""

from shop import tokens
from shop.audit import chain, seals
from shop.audit.verification_report import Anchor, VerificationReport
from shop.web.actor import Actor


def is_as_shown(report: VerificationReport, shown: str) -> bool:
    """Return whether a report is acceptable and the one that was shown. `shown` is what a form kept of that one."""
    return report.is_acceptable and tokens.is_same(report.fingerprint, shown.rpartition(":")[2])


def restore_end(report: VerificationReport) -> Anchor:
    """Have the log end in its last entry.

    Returns the anchor from which it must continue, one entry beyond the report.
    """
    entry = chain.restore_end()
    return Anchor(entry.id, entry.hash) if entry else report.anchor


def is_continuation(report: VerificationReport, shown: VerificationReport, end: Anchor) -> bool:
    """Return whether everything in a report was shown, except the one entry with which restore_end() continued, if any.

    An attacker who can write to the database could use the time in between.
    """
    own = [one for one in report.gaps if one.is_break and one.first == end.number and shown.end_fault]
    before = [fault for fault in shown.faults if fault != shown.end_fault]
    return (
        end.number == shown.count + len(own)
        and len(own) == bool(shown.end_fault)
        and not report.end_fault
        and sorted(report.faults) == sorted([*before, *(one.reason for one in own)])
        and [one.facts for one in report.gaps if one not in own] == [one.facts for one in shown.gaps]
    )


def accept_gaps(report: VerificationReport, *, actor: Actor) -> None:
    """Accept as it is what no key can verify, each gap in an entry of its own. Later changes to it are detected."""
    for gap in report.gaps:
        seals.add_seal(gap, actor=actor, is_accepted=True)
