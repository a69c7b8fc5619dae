"""Invitations: a rule for one address, and the email that tells its holder."""

from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import getaddresses
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, select, update

from shop import clock, tokens
from shop.audit.entries import record
from shop.email_address import TOO_LONG, InvalidEmail, parse_email, parse_email_or_domain
from shop.extensions import db
from shop.formats import format_day
from shop.outbox import emails
from shop.outbox.message import new_message_id
from shop.people import access_changes, errors
from shop.people.access_policy import decide_access
from shop.people.labels import EFFECT_KINDS, EFFECT_LABELS, ROLE_NAMES
from shop.people.models.invitation import Invitation
from shop.people.models.role import Role
from shop.people.models.rule import Rule
from shop.people.queries import find_person
from shop.tokens import new_id
from shop.transactions import affected_rows, update_rows
from shop.web.actor import Actor

INVITATION_EMAIL = "invitation"
MOST = 100  # lines per invitation: each is a change of its own, and others wait for them
LONGEST_LINE = 500
PAUSE = timedelta(minutes=10)  # between two emails to a person who may not want any
PURPOSE = "invitation"


@dataclass(frozen=True)
class RuleTerms:
    """What is offered: a role, through the last day `until` (UTC), and a note for readers of the list."""

    role: Role
    until: date | None
    note: str


@dataclass(frozen=True)
class InvitationLine:
    """One line of a list of addresses, and the effect of inviting it: add, change, nothing, or refuse and why."""

    typed: str
    address: str
    effect: str
    words: str

    @property
    def effect_label(self) -> Any:
        return EFFECT_LABELS[self.effect]

    @property
    def effect_kind(self) -> str:
        """Return the color of the effect, as the stylesheet names it."""
        return EFFECT_KINDS.get(self.effect, "plain")


def preview_lines(typed: str, terms: RuleTerms) -> list[InvitationLine]:
    """Return the effect of inviting each line of a pasted list; changes nothing."""
    seen: set[str] = set()
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    found = []
    for line in lines[:MOST]:
        address, effect, words = _effect_of(line, terms, seen)
        found.append(InvitationLine(line[:100], address, effect, words))
        seen.add(address)
    if len(lines) > MOST:
        rest = ngettext("%(num)s more line", "%(num)s more lines", len(lines) - MOST)
        most = _("You can add up to %(number)s addresses at once.", number=MOST)
        found.append(InvitationLine(rest, "", "refuse", most))
    return found


def invite_address(address: str, terms: RuleTerms, *, actor: Actor) -> Invitation | None:
    """Give an address access, and email it unless it has signed in before. Raises NotAllowed."""
    access_changes.set_rule(address, terms.role, until=terms.until, note=terms.note, actor=actor)
    person = find_person(address)
    if person and person.last_sign_in_at:
        return None
    if not decide_access(address).may_enter:  # blocked while we waited for the lock
        return None
    at = clock.now()
    withdraw(address)
    invitation = Invitation(id=new_id(), address=address, invited_by=actor.name, invited_at=at, last_letter_at=at)
    db.session.add(invitation)
    record("invited", actor=actor, address=address, role=terms.role, until=str(terms.until or ""))
    _post_letter(invitation)
    return invitation


def resend(invitation: Invitation, *, actor: Actor) -> None:
    """Email an invited person again. Raises NotAllowed."""
    at = clock.now()
    counted = update_rows(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.last_letter_at <= at - PAUSE)
        .values(last_letter_at=at)
    )
    if counted == 0:
        reason = _("The last email went out less than ten minutes ago, or this invitation is no longer valid.")
        raise errors.NotAllowed(reason)
    record("invited_again", actor=actor, address=invitation.address)
    _post_letter(invitation)


def find_invitation(invitation_id: str | None) -> Invitation | None:
    """Return an open invitation by its id."""
    return db.session.get(Invitation, invitation_id) if invitation_id else None


def withdraw(address: str) -> int:
    """End the invitation of an address that has signed in, or lost access. Returns the number of invitations."""
    return affected_rows(db.session.execute(delete(Invitation).where(Invitation.address == address)))


def list_holders() -> list[str]:
    """Return the addresses with an open invitation."""
    return list(db.session.scalars(select(Invitation.address)))


def build_url(invitation: Invitation) -> str:
    """Return the link of an invitation. It only leads to the normal sign-in, so an owner may copy it."""
    return f"{current_app.config['PUBLIC_URL']}/sign-in/invitation/{tokens.sign(invitation.id, PURPOSE)}"


def verify_token(token: str | None) -> str | None:
    """Return the invitation's id if the token is genuine, otherwise None."""
    return tokens.read_signed(token, PURPOSE)


def parse_line(line: str) -> str:
    """Parse one line: an address, or `Name <address>` as mail programs write it. Raises InvalidEmail.

    The name is parsed only to remove it. Emails go to the bare address in the brackets, and two parsers must agree on
    it.
    """
    typed = line.strip().rstrip(",;").strip()
    if len(typed) > LONGEST_LINE:  # Python's own parser recurses at each bracket
        raise InvalidEmail(TOO_LONG)
    if not typed.endswith(">"):
        return parse_email_or_domain(typed)
    name, _bracket, rest = typed.rpartition("<")
    address = parse_email(rest[:-1])
    if "@" in name or "<" in name or [found.lower() for _, found in getaddresses([typed])] != [address]:
        raise InvalidEmail(_("Write it like this: Name <name@example.com>"))
    return address


def _effect_of(line: str, terms: RuleTerms, seen: set[str]) -> tuple[str, str, str]:
    """Return the address of a line, and the effect of inviting it with its explanation."""
    try:
        address = parse_line(line)
    except InvalidEmail as refusal:
        return "", "refuse", str(refusal)
    if address in seen:
        return address, "refuse", _("Duplicate line.")
    verdict = decide_access(address if not address.startswith("@") else f"anybody{address}")
    if verdict.is_blocked:
        return address, "refuse", _("%(reason)s. Unblock this address first.", reason=verdict.explanation)
    if verdict.rule == "OWNER_EMAIL":
        return address, "refuse", _("Already set as an owner by OWNER_EMAIL.")
    rule = db.session.scalar(select(Rule).where(Rule.subject == address))
    if rule is None:
        return address, "add", _future_access(terms)
    if (rule.role, rule.until, rule.note) == (terms.role, terms.until, terms.note):
        return address, "nothing", _("Already on the list.")
    before, after = _terms(rule.role, rule.until), _terms(terms.role, terms.until)
    if before == after:
        return address, "change", _("The note will be updated.")
    return address, "change", _("Changes from %(before)s to %(after)s.", before=before, after=after)


def _terms(role: str, until: date | None) -> str:
    name = str(ROLE_NAMES[role])
    return _("%(role)s until %(day)s", role=name, day=format_day(until)) if until else name


def _future_access(terms: RuleTerms) -> str:
    role = str(ROLE_NAMES[terms.role])
    if terms.until is None:
        return _("Will have %(role)s access.", role=role)
    return _("Will have %(role)s access until %(day)s.", role=role, day=format_day(terms.until))


def _post_letter(invitation: Invitation) -> None:
    emails.post(INVITATION_EMAIL, to=invitation.address, ref=invitation.id, message_id=new_message_id())
