"""Revoke access: everything that depends on it ends in the same transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shop.audit.entries import record
from shop.people.access_policy import covers_address, decide_access
from shop.people.queries import list_addresses_at
from shop.registry import Registry
from shop.web.actor import WORKER, Actor


@dataclass(frozen=True)
class Revocable:
    """One kind of access, with its hooks: `holders` returns the addresses that hold it now.

    `end` ends all that one address holds, and returns how many there were.
    """

    holders: Callable[[], Iterable[str]]
    end: Callable[[str], int]


revocables: Registry[Revocable] = Registry()


def end_access(subject: str, *, actor: Actor, ruled_by: str = "") -> list[str]:
    """End everything that anyone under `subject` holds without access. Returns the addresses it ended for.

    Call it after the change of rules, in the same transaction. With `ruled_by`, call it before: it also ends what
    currently depends on that rule.
    """
    verdicts = [decide_access(address) for address in sorted(_affected(subject))]
    ended = [one.address for one in verdicts if not one.may_enter or one.rule == ruled_by]
    _end_all(ended, actor=actor)
    return ended


def end_lost_access(subject: str = "", *, actor: Actor = WORKER) -> None:
    """End what is held by people whose rule has expired, or who are no longer named in a changed setting.

    They lost access at that moment, since each request reads the rules; this ends the rows as well. With `subject` only
    for those it covers: called before a rule gives them access again, so that nothing old comes alive.
    """
    holding = {address for name in ("sessions", "grants", "invitations") for address in revocables[name].holders()}
    meant = [a for a in sorted(holding) if not subject or covers_address(subject, a)]
    _end_all([a for a in meant if not decide_access(a).may_enter], actor=actor)


def _end_all(addresses: Iterable[str], *, actor: Actor) -> None:
    for address in addresses:
        counts = {name: holding.end(address) for name, holding in revocables.items()}
        if any(counts.values()):
            record("access_ended", actor=actor, address=address, **counts)


def _affected(subject: str) -> set[str]:
    if not subject.startswith("@"):
        return {subject}
    holding = {
        address for kind in revocables.values() for address in kind.holders() if covers_address(subject, address)
    }
    return holding | set(list_addresses_at(subject))
