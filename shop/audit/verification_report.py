"""Report of a verification, as sentences and facts; and the anchor, by which an older copy of the log is detected."""

import json
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from shop import tokens
from shop.audit.seals import Seal, Span
from shop.web.actor import COMMAND_LINE


@dataclass(frozen=True)
class Anchor:
    """An entry that existed once: its number and its hash. Stored elsewhere, it detects a restored older log."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @staticmethod
    def parse(text: str) -> "Anchor | None":
        """Parse a printed anchor; None if the text is not one."""
        number, colon, hash_ = text.strip().partition(":")
        is_anchor = colon and text.isascii() and number.isdigit() and len(number) < 11
        return Anchor(int(number), hash_) if is_anchor else None


@dataclass(frozen=True)
class VerificationReport:
    """The findings of a verification.

    `faults`: all that is wrong, as sentences; empty if the log is intact. After tampering it is the only fault. `gaps`:
    what no key and no seal vouches for. If only gaps and the end of the log (`end_fault`) are wrong, an owner may
    accept them: `is_acceptable`. `end`: the row of the end. `unsealed`: entries of retired keys that are still set.
    `accepted`: what owners accepted earlier. `unknown_keys`: the number of entries that only a seal vouches for.
    `anchor`: the last entry.
    """

    count: int
    faults: tuple[str, ...]
    is_acceptable: bool
    end_fault: str | None
    end: tuple[object, ...]
    gaps: tuple[Span, ...]
    unsealed: tuple[Span, ...]
    accepted: tuple[Seal, ...]
    unknown_keys: int
    anchor: Anchor

    @property
    def held(self) -> str:
        """A sentence with the number of entries that only a seal vouches for, or an empty text."""
        if not self.unknown_keys:
            return ""
        return ngettext(
            "%(num)s of them hasn't changed since it was sealed or accepted; its key is no longer set.",
            "%(num)s of them haven't changed since they were sealed or accepted; their key is no longer set.",
            self.unknown_keys,
        )

    @property
    def unchecked(self) -> list[str]:
        """Who accepted what, and when; a sentence each."""
        return [_describe_acceptance(one) for one in self.accepted]

    @property
    def fault(self) -> str | None:
        """All faults in one line of text, or None."""
        return "; ".join(self.faults) or None

    @property
    def fingerprint(self) -> str:
        """Identify what is to be accepted, so that nothing else is accepted in its place.

        Behind a genuine end the shop may add entries in between; any other end must be unchanged.
        """
        end = [self.end, str(self.anchor)] if self.end_fault else []
        return tokens.digest(json.dumps([self.faults, [gap.facts for gap in self.gaps], end], default=repr))

    @property
    def shown(self) -> str:
        """What a form keeps of the report: the anchor, from which the log may only continue, and the fingerprint."""
        return f"{self.anchor}:{self.fingerprint}"


def _describe_acceptance(seal: Seal) -> str:
    facts = {"day": f"{seal.at:%Y-%m-%d}", "range": seal.found.range}
    if seal.by == COMMAND_LINE.name:
        return _("Accepted without verification from the command line on %(day)s: %(range)s.", **facts)
    return _("Accepted without verification by %(person)s on %(day)s: %(range)s.", person=seal.by, **facts)
