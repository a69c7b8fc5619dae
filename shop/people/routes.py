"""People: who may enter, who is in, and putting somebody out with one press."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.edit_conflicts import Conflict
from shop.email_address import InvalidEmail, parse_email
from shop.extensions import db
from shop.lists import filtered_query
from shop.people import admission, invitations, pauses
from shop.people.access import needs
from shop.people.admission import NotAllowed
from shop.people.allowlist import Role, Verdict, why
from shop.people.directory import STATES, Directory, Listed, matching
from shop.people.forms import InviteForm, RuleForm, terms_of, values_of, version_of
from shop.people.invitations import Line, Terms
from shop.people.person import find_person
from shop.web.request_info import get_request_info

people = Blueprint("people", __name__)


@people.get("/people")
@needs(Role.OWNER)
def list_people() -> ResponseReturnValue:
    """Show everybody who may enter, might have, or may not; search and filter stand in the address."""
    state, verdict = request.args.get("state", ""), asked_why()
    unread = filtered_query.choice_errors("state", state, STATES)
    rows = Directory().rows()
    return render_template(
        "people/list_people.html",
        rows=[] if unread else matching(rows, state=state, words=request.args.get("q", "")),
        unread=unread,
        counts={name: sum(row.state == name for row in rows) for name in STATES},
        total=len(rows),
        state=state,
        verdict=verdict,
        person=find_person(verdict.address) if isinstance(verdict, Verdict) else None,
    )


@people.get("/people/invitations/new")
@needs(Role.OWNER)
def write_invitations() -> ResponseReturnValue:
    """Show the form to let people in."""
    return render_template("people/invite.html", form=InviteForm(formdata=None))


@people.post("/people/invitations/preview")
@needs(Role.OWNER, fresh=True)
def preview_invitations() -> ResponseReturnValue:
    """Show what inviting would do, line by line; changes nothing."""
    form = InviteForm()
    if not form.validate():
        return render_template("people/invite.html", form=form), 422
    lines = invitations.preview(form.addresses.data or "", form.terms())
    return render_template("people/preview.html", form=form, lines=lines, effective=effective(lines))


@people.post("/people/invitations")
@needs(Role.OWNER, fresh=True)
def invite() -> ResponseReturnValue:
    """Let in whom the preview said; all of them or, where one is refused, nobody."""
    form = InviteForm()
    if not form.validate():
        return render_template("people/invite.html", form=form), 422
    lines = effective(invitations.preview(form.addresses.data or "", form.terms()))
    try:
        for line in lines:
            admit_line(line, form.terms())
    except NotAllowed as refusal:
        db.session.rollback()
        form.addresses.errors = [str(refusal)]
        return render_template("people/invite.html", form=form), 422
    db.session.commit()
    flash(said_of(len(lines)))
    return redirect(url_for("people.list_people"), 303)


@people.get("/people/<string(length=16):slug>")
@needs(Role.OWNER)
def show_person(slug: str) -> ResponseReturnValue:
    """Show one address or domain, with all that can be done about it."""
    row = get_row(slug)
    form = RuleForm(formdata=None, role=row.rule.role if row.rule else Role.STAFF, until=row.until, note=row.note)
    if row.rule:
        form.start(version_of(row.rule), values_of(row.rule))
    return person_page(row, form)


@people.post("/people/<string(length=16):slug>")
@needs(Role.OWNER, fresh=True)
def change_rule(slug: str) -> ResponseReturnValue:
    """Change role, last day and note of a rule."""
    row, form = get_row(slug), RuleForm()
    rule = admission.held_rule(row.subject) or abort(404)
    if not form.validate():
        return person_page(row, form), 422
    merge = form.settle(version_of(rule), values_of(rule), request.form)
    if merge.conflicts:
        db.session.rollback()
        return person_page(get_row(slug), form, merge.conflicts), 409
    terms, by = terms_of(merge.values), current_user.address
    if form.ends_unsaid(rule, terms):
        db.session.rollback()
        return person_page(get_row(slug), form), 422
    return apply(
        lambda: admission.allow(
            row.subject, terms.role, until=terms.until, note=terms.note, by=by, visit=get_request_info()
        ),
        f"{row.subject} may enter as {terms.role}.",
        url_for("people.show_person", slug=row.slug),
    )


@people.post("/people/<string(length=16):slug>/removal")
@needs(Role.OWNER, fresh=True)
def remove(slug: str) -> ResponseReturnValue:
    """Take a rule away, and with it all that stood on it."""
    row = get_row(slug)
    return apply(
        lambda: admission.remove(row.subject, by=current_user.address, visit=get_request_info()),
        f"The rule for {row.subject} is gone, and so is every session that stood on it.",
        url_for("people.list_people"),
    )


@people.post("/people/blocks")
@needs(Role.OWNER, fresh=True)
def block_address() -> ResponseReturnValue:
    """Keep an address out that the list does not show, such as a customer's."""
    try:
        address = parse_email(request.form.get("address", ""))
    except InvalidEmail as refusal:
        flash(str(refusal))
        return redirect(url_for("people.list_people"), 303)
    return apply(
        lambda: admission.block(address, by=current_user.address, visit=get_request_info()),
        f"{address} is blocked and signed out everywhere.",
        url_for("people.list_people", state="blocked"),
    )


@people.post("/people/<string(length=16):slug>/block")
@needs(Role.OWNER, fresh=True)
def block(slug: str) -> ResponseReturnValue:
    """Keep an address out, whatever the rules say."""
    row = get_row(slug)
    if row.subject.startswith("@"):
        abort(404)
    return apply(
        lambda: admission.block(row.subject, by=current_user.address, visit=get_request_info()),
        f"{row.subject} is blocked and signed out everywhere.",
        url_for("people.show_person", slug=row.slug),
    )


@people.post("/people/<string(length=16):slug>/block/removal")
@needs(Role.OWNER, fresh=True)
def unblock(slug: str) -> ResponseReturnValue:
    """Lift a block."""
    row = get_row(slug)
    return apply(
        lambda: admission.unblock(row.subject, by=current_user.address, visit=get_request_info()),
        f"{row.subject} is no longer blocked.",
        url_for("people.list_people"),  # it may be that nothing but the block named them
    )


@people.post("/people/<string(length=16):slug>/pause/removal")
@needs(Role.OWNER, fresh=True)
def lift_pause(slug: str) -> ResponseReturnValue:
    """Let somebody sign in again before the pause is over."""
    row = get_row(slug)
    return apply(
        lambda: pauses.lift(row.subject, by=current_user.address, visit=get_request_info()),
        f"{row.subject} can sign in again.",
        url_for("people.show_person", slug=row.slug),
    )


@people.post("/people/<string(length=16):slug>/invitation")
@needs(Role.OWNER, fresh=True)
def invite_again(slug: str) -> ResponseReturnValue:
    """Write to somebody who was invited once more."""
    row = get_row(slug)
    if row.invitation is None:
        abort(404)
    invitation = row.invitation
    return apply(
        lambda: invitations.invite_again(invitation, by=current_user.address, visit=get_request_info()),
        f"Another invitation to {row.subject} is on its way.",
        url_for("people.show_person", slug=row.slug),
    )


def said_of(entries: int) -> str:
    """Say what inviting did."""
    if not entries:
        return "Everybody you named was on the list already. Nothing was changed."
    return f"{entries} {'entry is' if entries == 1 else 'entries are'} on the list now."


def asked_why() -> Verdict | str | None:
    """Give the verdict on the address that was asked about, or the sentence why it cannot be read."""
    typed = request.args.get("why", "")
    try:
        return why(parse_email(typed)) if typed else None
    except InvalidEmail as refusal:
        return str(refusal)


def effective(lines: list[Line]) -> list[Line]:
    """Give the lines that change something."""
    return [line for line in lines if line.effect in ("add", "change")]


def admit_line(line: Line, terms: Terms) -> None:
    """Carry out one line of a preview."""
    by = current_user.address
    if line.address.startswith("@"):
        admission.allow(line.address, terms.role, until=terms.until, note=terms.note, by=by, visit=get_request_info())
    else:
        invitations.invite(line.address, terms, by=by, visit=get_request_info())


def get_row(slug: str) -> Listed:
    """Give the row of an address or domain, or answer 404."""
    return Directory().find(slug) or abort(404)


def person_page(row: Listed, form: RuleForm, clashes: Sequence[Conflict] = ()) -> str:
    """Show one address or domain."""
    link = invitations.url_of(row.invitation) if row.invitation else None
    verdict = None if row.subject.startswith("@") else why(row.subject)
    return render_template("people/show_person.html", row=row, form=form, clashes=clashes, link=link, verdict=verdict)


def apply(change: Callable[[], object], sentence: str, back: str) -> ResponseReturnValue:
    """Carry a change out and say so, or say why it is refused; nothing is half done."""
    try:
        change()
    except NotAllowed as refusal:
        db.session.rollback()
        flash(str(refusal))
        return redirect(back, 303)
    db.session.commit()
    flash(sentence)
    return redirect(back, 303)
