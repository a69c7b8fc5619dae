"""Retirement of a key: its entries are sealed while it is set; those of a lost one an owner may accept as they are."""

import logging

from flask import current_app
from sqlalchemy import exists, select

from shop import tokens
from shop.audit import chain, seals
from shop.audit.entries import Entry
from shop.audit.report import Anchor, Report
from shop.audit.verification import verify
from shop.extensions import db
from shop.transactions import snapshot
from shop.web.request_info import COMMAND_LINE, RequestInfo

log = logging.getLogger(__name__)


class NotWhole(Exception):
    """The log has a fault, said in words, so nothing of it is sealed."""


def seal_by_worker() -> None:
    """Seal what is due, as the worker does when the program starts, and once an hour. A fault is only logged."""
    try:
        seal_retired(by="worker")
    except NotWhole as refusal:
        log.error("the entries of a retired key were not sealed; the audit log is not whole: %s", refusal)


def seal_retired(*, by: str) -> list[str]:
    """Seal the entries of each key that is still set but signs no more. Gives the ids of the keys that were sealed.

    Reads the log at one instant without keeping writers waiting, however long it is, and locks its end only to add the
    seals. Where several processes do so at once, the first adds them. Raises NotWhole: a seal over a history that does
    not verify would make it one that does.
    """
    with snapshot():
        report = verify() if has_unsealed() else None
    if report is None:
        return []
    if report.fault:
        raise NotWhole(report.fault)
    chain.lock_head()
    there = [seal.facts for seal in genuine_seals()]
    due = [span for span in report.unsealed if not any(is_at_least(facts, span) for facts in there)]
    for span in due:
        seals.add(span, by=by, visit=COMMAND_LINE, is_accepted=False)
    return [span.key_id for span in due]


def has_unsealed() -> bool:
    """Say whether a key that signs no more has entries behind its last seal. Without such a key nothing is read."""
    if not current_app.config["SECRET_KEY_FALLBACKS"]:
        return False
    found = [one for one in genuine_seals() if not one.is_accepted]
    for key in map(chain.key_id, tokens.application_keys()[:-1]):
        last = max((one.last for one in found if one.facts["key_id"] == key), default=0)
        if db.session.scalar(select(exists().where(Entry.key_id == key, Entry.id > last))):
            return True
    return False


def genuine_seals() -> list[seals.Seal]:
    """Return the seals whose own entries are as a key that is set made them, without a walk through the log."""
    known = tokens.application_keys()
    keys = {chain.key_id(key): key for key in known}
    return [seal for seal in seals.read_all() if seal.key_id in keys and is_genuine(seal, keys[seal.key_id])]


def is_genuine(seal: seals.Seal, key: str) -> bool:
    """Say whether the entry of a seal is as this key made it, behind the entry that is before it now."""
    entry, before = db.session.get(Entry, seal.number), db.session.get(Entry, seal.number - 1)
    if entry is None or not entry.is_readable:
        return False
    return tokens.is_same(entry.hash, chain.sealed(chain.written(entry), before.hash if before else "", key))


def is_at_least(facts: dict[str, object], span: seals.Span) -> bool:
    """Say whether a seal is already over the same entries."""
    return (facts["key_id"], facts["first"], facts["last"]) == (span.key_id, span.first, span.last)


def is_what_was_shown(report: Report, shown: str) -> bool:
    """Say whether a report may be accepted and is the one that was shown; `shown` is what a form kept of that."""
    return report.is_acceptable and tokens.is_same(report.fingerprint, shown.rpartition(":")[2])


def restore_end(report: Report) -> Anchor:
    """Have the log end in its last entry. Gives the entry from which on it must go on: one more than in the report."""
    entry = chain.restore_end()
    return Anchor(entry.id, entry.hash) if entry else report.anchor


def goes_on(report: Report, shown: Report, end: Anchor) -> bool:
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


def accept(report: Report, *, by: str, visit: RequestInfo) -> None:
    """Take what nobody can check as it is, each gap in an entry of its own; what changes in it later shows."""
    for gap in report.gaps:
        seals.add(gap, by=by, visit=visit, is_accepted=True)
