"""Revoke access: everything that depends on it ends in the same transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shop.audit.entries import record
from shop.people.access_policy import covers_address, decide_access
from shop.people.queries import list_addresses_at
from shop.registry import Registry
from shop.web.request_info import COMMAND_LINE, RequestInfo


@dataclass(frozen=True)
class Revocable:
    """One kind of access that a person may hold: who holds it now, and how all of one address's ends.

    `holders` gives addresses; `end` ends what one address holds and gives how many there were.
    """

    holders: Callable[[], Iterable[str]]
    end: Callable[[str], int]


revocables: Registry[Revocable] = Registry()


def end_access(subject: str, *, by: str, visit: RequestInfo, ruled_by: str = "") -> list[str]:
    """End all that anyone under `subject` holds and may no longer have. Gives the addresses it ended for.

    To be called after the rules were changed, in the same transaction. With `ruled_by`, to be called before: it ends
    as well what stands on that rule now.
    """
    verdicts = [decide_access(address) for address in sorted(_affected(subject))]
    ended = [one.address for one in verdicts if not one.may_enter or one.rule == ruled_by]
    _end_all(ended, by=by, visit=visit)
    return ended


def end_lost_access(subject: str = "", *, by: str = "worker", visit: RequestInfo = COMMAND_LINE) -> None:
    """End what is held by people whose pass ran out, or whom a changed setting no longer names.

    They are out from that moment on, since each request reads the rules; this ends the rows as well. With `subject`
    only of those it speaks of: to be called before a rule lets them in again, so that nothing old comes alive.
    """
    holding = {address for name in ("sessions", "grants", "invitations") for address in revocables[name].holders()}
    meant = [a for a in sorted(holding) if not subject or covers_address(subject, a)]
    _end_all([a for a in meant if not decide_access(a).may_enter], by=by, visit=visit)


def _end_all(addresses: Iterable[str], *, by: str, visit: RequestInfo) -> None:
    for address in addresses:
        counts = {name: holding.end(address) for name, holding in revocables.items()}
        if any(counts.values()):
            record("access_ended", by=by, visit=visit, address=address, **counts)


def _affected(subject: str) -> set[str]:
    if not subject.startswith("@"):
        return {subject}
    holding = {
        address for kind in revocables.values() for address in kind.holders() if covers_address(subject, address)
    }
    return holding | set(list_addresses_at(subject))
