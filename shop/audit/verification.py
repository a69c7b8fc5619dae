"""Verification: the one walk through the log. Finds tampering, entries that no key verifies, and what to seal."""

from flask_babel import gettext as _

from shop import tokens
from shop.audit import chain, schema_check, seals
from shop.audit.models.chain_head import ChainHead
from shop.audit.models.entry import Entry
from shop.audit.queries import stream_entries
from shop.audit.seals import Seal, Span
from shop.audit.verification_report import Anchor, VerificationReport
from shop.extensions import db
from shop.transactions import snapshot


class LogWalk:
    """One walk through the log, oldest entry first, and what it collects."""

    def __init__(self, since: Anchor | None) -> None:
        self.since = since
        known = tokens.application_keys()
        self.keys = {chain.derive_key_id(key): key for key in known}
        self.current = chain.derive_key_id(known[-1])
        self.number, self.before, self.unknown = 0, "", 0
        self.spans: dict[str, Span] = {}
        self.breaks: list[Span] = []
        self.seals: list[Seal] = []
        self.head: ChainHead | None = None
        self.has_end = False

    def go(self) -> str | None:
        """Walk through the log. Returns the first sign of tampering as a sentence, or None."""
        if odd := schema_check.list_schema_faults(db.session.connection()):
            return odd[0]
        self.head = db.session.get(ChainHead, 1)
        self.has_end = self.head is not None and chain.is_genuine(self.head)
        self.seals = seals.select_trusted(seals.list_seals(), self.keys)
        for entry in stream_entries():
            if fault := self.take(entry):
                return fault
        broken = (fault for seal in self.seals if (fault := seal.fault))
        return self.missing() or next(broken, None)

    def take(self, entry: Entry | None) -> str | None:
        """Check one entry against its number, its key and the anchor. Returns a sentence about a mismatch, or None."""
        self.number += 1
        if entry is None or type(entry.id) is not int:  # a recreated table may have columns of another type
            return _("the entry at position %(place)s has no number", place=self.number)
        if fault := self.place_of(entry):
            return fault
        if not entry.is_readable:
            return _("entry %(number)s can't be read", number=entry.id)
        text, key = chain.serialize_entry(entry), self.keys.get(entry.key_id)
        if key and not tokens.is_same(entry.hash, chain.hash_entry(text, self.before, key)):
            return _("entry %(number)s was changed", number=entry.id)
        if self.since and self.since.number == entry.id and not tokens.is_same(self.since.hash, entry.hash):
            return _("entry %(number)s doesn't match the anchor", number=entry.id)
        self.unknown += key is None
        self.gather(entry, text)
        self.before = entry.hash
        return None

    def place_of(self, entry: Entry) -> str | None:
        """Return a sentence if an entry is at a number where none, or another, belongs."""
        if entry.id > self.number:
            return _("entry %(number)s was removed", number=self.number)
        if entry.id < self.number or (self.head and self.has_end and entry.id > self.head.count):
            return _("entry %(number)s was inserted", number=entry.id)
        return None

    def gather(self, entry: Entry, text: str) -> None:
        """Add an entry to the seals that cover it, or to the entries that none covers."""
        covering = [seal for seal in self.seals if seal.covers(entry.id, entry.key_id)]
        for seal in covering:
            seal.found.add(entry, text)
        if entry.key_id in self.spans or (not covering and entry.key_id != self.current):
            self.spans.setdefault(entry.key_id, Span(entry.key_id, entry.id)).add(entry, text)
        if entry.event == "end_not_verified" and not any(seal.is_accepted for seal in covering):
            self.breaks.append(Span(entry.key_id, entry.id, is_break=True))
            self.breaks[-1].add(entry, text)

    def missing(self) -> str | None:
        """Return a sentence if entries are missing at the end, compared with the recorded end or the anchor."""
        count = self.head.count if self.head and self.has_end else 0
        if count > self.number:
            return _("entry %(number)s was removed", number=self.number + 1)
        if self.head and self.has_end and self.head.hash != self.before:
            return _("entry %(number)s was changed", number=self.number)
        if self.since and self.since.number > self.number:
            return _("the log ends at entry %(number)s, before the anchor's entry", number=self.number)
        return None

    def gaps(self) -> list[Span]:
        """Return what neither a key nor a seal vouches for. A break's entry counts only outside of such a gap."""
        unknown = [span for span in self.spans.values() if span.key_id not in self.keys]
        held = {span.key_id: span for span in unknown}
        return [*unknown, *(one for one in self.breaks if one.key_id not in held or one.first < held[one.key_id].first)]

    def faults(self, gaps: list[Span]) -> list[str]:
        """Return a sentence for each fault that may be accepted; a break is reported even inside a gap."""
        end = self.end_fault()
        held = [one.reason for one in self.breaks if one not in gaps]
        return [*(gap.reason for gap in gaps), *held, *([end] if end else [])]

    def end(self) -> tuple[object, ...]:
        """Return the stored end of the log."""
        return (self.head.count, self.head.hash, self.head.seal) if self.head else ()

    def end_fault(self) -> str | None:
        """Return a sentence if the record of the log's last entry is missing, or is not one that the program left."""
        if self.has_end:
            return None
        if self.head is None:
            return _("the record of the log's last entry is missing")
        if not self.number and chain.is_blank(self.head):
            return _("the log is empty, but the store is not new")
        return _(
            "the end of the log was not written with any key that is set; "
            "it records %(claimed)s entries, but there are %(number)s",
            claimed=self.head.count,
            number=self.number,
        )


def verify_log(since: Anchor | None = None) -> VerificationReport:
    """Walk the whole log and return the findings. With `since`, that entry must be unchanged too.

    An entry under a configured key is checked by its own hash. The hash of another key cannot be computed again, so
    such entries must match a seal. An entry with neither is a gap: the log is not intact.
    """
    walk = LogWalk(since)
    touched = walk.go()
    gaps = walk.gaps()
    faults = [touched] if touched else walk.faults(gaps)
    return VerificationReport(
        count=walk.number,
        faults=tuple(faults),
        is_acceptable=bool(faults and not touched),
        end_fault=walk.end_fault(),
        end=walk.end(),
        gaps=tuple(gaps),
        unsealed=tuple(span for span in walk.spans.values() if span.key_id in walk.keys),
        accepted=tuple(seal for seal in walk.seals if seal.is_accepted),
        unknown_keys=walk.unknown,
        anchor=Anchor(walk.number, walk.before),
    )


def verify_snapshot(since: Anchor | None = None) -> VerificationReport:
    """Verify the log in one snapshot. With an anchor, check that it continues from there."""
    with snapshot():
        return verify_log(since)
