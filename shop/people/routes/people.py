"""The list of people, the page of one, and the rule that gives them access."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.edit_conflicts import show_conflicts
from shop.email_address import InvalidEmail, parse_email
from shop.extensions import db
from shop.lists.criteria import choice_errors
from shop.people import access_changes
from shop.people.access_policy import AccessDecision, decide_access
from shop.people.directory import STATES, Directory, filter_rows
from shop.people.forms import RuleForm, compute_version, parse_terms, serialize_rule
from shop.people.guards import needs
from shop.people.labels import ROLE_NAMES, STATE_LABELS
from shop.people.models.role import Role
from shop.people.queries import find_person
from shop.people.responses import apply_change, get_row, render_person
from shop.web.actor import get_actor

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@needs(Role.OWNER)
def list_people() -> ResponseReturnValue:
    """Show everyone who has access, might have it, or is denied it; search and filter are in the URL."""
    state, verdict = request.args.get("state", ""), decide_asked_address()
    unread = choice_errors(_("status"), state, STATES)
    rows = Directory().rows()
    return render_template(
        "people/list.html",
        rows=[] if unread else filter_rows(rows, state=state, words=request.args.get("q", "")),
        unread=unread,
        counts={name: sum(row.state == name for row in rows) for name in STATES},
        state_labels=STATE_LABELS,
        total=len(rows),
        state=state,
        verdict=verdict,
        person=find_person(verdict.address) if isinstance(verdict, AccessDecision) else None,
    )


@blueprint.get("/people/<string(length=16):slug>")
@needs(Role.OWNER)
def show_person(slug: str) -> ResponseReturnValue:
    """Show one address or domain, with everything that can be done with it."""
    row = get_row(slug)
    form = RuleForm(formdata=None, role=row.rule.role if row.rule else Role.STAFF, until=row.until, note=row.note)
    if row.rule:
        form.start(compute_version(row.rule), serialize_rule(row.rule))
    return render_person(row, form)


@blueprint.post("/people/<string(length=16):slug>")
@needs(Role.OWNER, fresh=True)
def update_rule(slug: str) -> ResponseReturnValue:
    """Change role, last day and note of a rule."""
    row, form = get_row(slug), RuleForm()
    rule = access_changes.find_rule_for_update(row.subject) or abort(404)
    if not form.validate():
        return render_person(row, form), 422
    merge = form.settle(compute_version(rule), serialize_rule(rule), request.form)
    if merge.conflicts:
        return show_conflicts(lambda: render_person(get_row(slug), form, merge.conflicts))
    terms = parse_terms(merge.values)
    if form.ends_unsaid(rule, terms):
        db.session.rollback()
        return render_person(get_row(slug), form), 422
    return apply_change(
        lambda: access_changes.set_rule(row.subject, terms.role, until=terms.until, note=terms.note, actor=get_actor()),
        _("%(address)s now has %(role)s access.", address=row.subject, role=ROLE_NAMES[terms.role]),
        url_for("people.show_person", slug=row.slug),
    )


@blueprint.post("/people/<string(length=16):slug>/removal")
@needs(Role.OWNER, fresh=True)
def remove_rule(slug: str) -> ResponseReturnValue:
    """Remove a rule, and everything that depended on it."""
    row = get_row(slug)
    return apply_change(
        lambda: access_changes.remove_rule(row.subject, actor=get_actor()),
        _("Rule for %(address)s removed. Sessions that depended on it have ended.", address=row.subject),
        url_for("people.list_people"),
    )


def decide_asked_address() -> AccessDecision | str | None:
    """Return the decision on the address in question, or the sentence why it cannot be parsed."""
    typed = request.args.get("why", "")
    try:
        return decide_access(parse_email(typed)) if typed else None
    except InvalidEmail as refusal:
        return str(refusal)
