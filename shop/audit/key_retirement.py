"""Retire a key: seal its entries while it is still configured."""

import logging

from flask import current_app
from sqlalchemy import exists, select

from shop import tokens
from shop.audit import chain, seals
from shop.audit.models.entry import Entry
from shop.audit.verification import verify_log
from shop.extensions import db
from shop.transactions import snapshot
from shop.web.actor import WORKER, Actor

log = logging.getLogger(__name__)


class LogHasFault(Exception):
    """The log has a fault, which the text describes, so nothing of it is sealed."""


def seal_by_worker() -> None:
    """Seal what is due: in the worker, at its start and once an hour. A fault is only logged."""
    try:
        seal_retired_keys(actor=WORKER)
    except LogHasFault as refusal:
        log.error("the entries of a retired key were not sealed; the audit log is not intact: %s", refusal)


def seal_retired_keys(*, actor: Actor) -> list[str]:
    """Seal the entries of each retired key that is still configured. Returns the ids of the keys that were sealed.

    Reads the log from one snapshot, so that writers never wait for it, and locks its end only to add the seals. If
    several processes do this simultaneously, the first adds them. Raises LogHasFault: a seal over a history that does
    not verify would make it genuine.
    """
    with snapshot():
        report = verify_log() if has_unsealed_entries() else None
    if report is None:
        return []
    if report.fault:
        raise LogHasFault(report.fault)
    chain.lock_head()
    there = [seal.facts for seal in list_genuine_seals()]
    due = [span for span in report.unsealed if not any(is_same_span(facts, span) for facts in there)]
    for span in due:
        seals.add_seal(span, actor=actor, is_accepted=False)
    return [span.key_id for span in due]


def has_unsealed_entries() -> bool:
    """Return whether a retired key has entries behind its last seal. Without such a key nothing is read."""
    if not current_app.config["SECRET_KEY_FALLBACKS"]:
        return False
    found = [one for one in list_genuine_seals() if not one.is_accepted]
    for key in map(chain.derive_key_id, tokens.application_keys()[:-1]):
        last = max((one.last for one in found if one.facts["key_id"] == key), default=0)
        if db.session.scalar(select(exists().where(Entry.key_id == key, Entry.id > last))):
            return True
    return False


def list_genuine_seals() -> list[seals.Seal]:
    """Return the seals whose own entries match a configured key, without a walk through the log."""
    known = tokens.application_keys()
    keys = {chain.derive_key_id(key): key for key in known}
    return [seal for seal in seals.list_seals() if seal.key_id in keys and is_genuine_seal(seal, keys[seal.key_id])]


def is_genuine_seal(seal: seals.Seal, key: str) -> bool:
    """Return whether a seal's entry is as this key made it, behind the entry that now precedes it."""
    entry, before = db.session.get(Entry, seal.number), db.session.get(Entry, seal.number - 1)
    if entry is None or not entry.is_readable:
        return False
    return tokens.is_same(
        entry.hash, chain.hash_entry(chain.serialize_entry(entry), before.hash if before else "", key)
    )


def is_same_span(facts: dict[str, object], span: seals.Span) -> bool:
    """Return whether a seal already covers the same entries."""
    return (facts["key_id"], facts["first"], facts["last"]) == (span.key_id, span.first, span.last)
