"""Report: what a walk through the log found, in words and facts; and the anchor, by which an older copy shows."""

import json
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from shop import tokens
from shop.audit.seals import Seal, Span


@dataclass(frozen=True)
class Anchor:
    """An entry that was there once: its number, and its hash. Kept elsewhere it shows when the log was taken back."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @staticmethod
    def read(text: str) -> "Anchor | None":
        """Read an anchor as it is printed; None for a text that is none."""
        number, colon, hash_ = text.strip().partition(":")
        is_anchor = colon and text.isascii() and number.isdigit() and len(number) < 11
        return Anchor(int(number), hash_) if is_anchor else None


@dataclass(frozen=True)
class VerificationReport:
    """What verify() found.

    `faults` are all that is wrong, in words; the log is whole if there is none. Where something was touched, that alone
    is told. `gaps` are what no key and no seal vouches for; if they, or the end of the log (`end_fault`), are all that
    is wrong, an owner may accept them: `is_acceptable`. `end` is the row of the end. `unsealed` are the entries of keys
    that retire and are still set, `accepted` what owners accepted before; `unknown_keys` counts the entries that only a
    seal holds. `anchor` is the last entry.
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
        """Say of how many entries only a seal tells, or nothing."""
        if not self.unknown_keys:
            return ""
        return ngettext(
            "%(num)s of them is unchanged since it was sealed or accepted; its key is no longer set.",
            "%(num)s of them are unchanged since they were sealed or accepted; their key is no longer set.",
            self.unknown_keys,
        )

    @property
    def unchecked(self) -> list[str]:
        """Say who accepted what, and when; a sentence each."""
        return [
            _(
                "Accepted without verification by %(person)s on %(day)s: %(range)s.",
                person=one.by,
                day=f"{one.at:%Y-%m-%d}",
                range=one.found.range,
            )
            for one in self.accepted
        ]

    @property
    def fault(self) -> str | None:
        """All that is wrong, in one line of words, or nothing."""
        return "; and ".join(self.faults) or None

    @property
    def fingerprint(self) -> str:
        """Name what is to be accepted, so that nothing else is accepted in its place.

        Behind an end that is genuine the shop may write on meanwhile; one that is not must be as it was.
        """
        end = [self.end, str(self.anchor)] if self.end_fault else []
        return tokens.digest(json.dumps([self.faults, [gap.facts for gap in self.gaps], end], default=repr))

    @property
    def shown(self) -> str:
        """What a form keeps of this: the anchor, from which the log may only have gone on, and the fingerprint."""
        return f"{self.anchor}:{self.fingerprint}"
