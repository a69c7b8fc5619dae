"""The audit log: owners read, filter, export and verify it; everyone can see their own history."""

from collections.abc import Mapping
from tempfile import SpooledTemporaryFile

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from shop.audit import event_text, gap_acceptance, queries
from shop.audit.entries import record
from shop.audit.events import EVENTS
from shop.audit.export import write_csv
from shop.audit.filters import EntryCriteria, build_conditions
from shop.audit.models.entry import Entry
from shop.audit.queries import list_newest, stream_entries
from shop.audit.verification import verify_snapshot
from shop.audit.verification_report import Anchor
from shop.extensions import db
from shop.lists import pages
from shop.people.guards import any_role, needs
from shop.people.models.role import Role
from shop.transactions import commit_and_continue, snapshot
from shop.web.actor import get_actor

audit = Blueprint("audit", __name__)
MAX_OWN_ENTRIES = 50  # of one's own
EXPORT_MEMORY = 4 * 1024 * 1024
OWN_EVENTS = (
    "signed_in",
    "signed_out",
    "session_ended",
    "wrong_code",
    "sign_in_mailed",
    "not_me",
    "confirmed",
    "break_glass",
)


@audit.get("/audit")
@needs(Role.OWNER)
def list_entries() -> ResponseReturnValue:
    """Show the newest entries that match the filters in the URL."""
    return render_list(request.args)


@audit.get("/audit/mine")
@any_role
def list_own_entries() -> ResponseReturnValue:
    """Show the signed-in person's own history."""
    entries = list_newest(Entry.about == current_user.address, Entry.event.in_(OWN_EVENTS), most=MAX_OWN_ENTRIES)
    return render_template("audit/own.html", entries=entries)


@audit.post("/audit/check")
@needs(Role.OWNER)
def verify_audit_log() -> ResponseReturnValue:
    """Walk the chain and say whether the log is intact."""
    report = verify_snapshot()
    if report.fault:
        return render_template("audit/faults.html", report=report)
    words = ngettext(
        "The audit log is intact: %(num)s entry verified.",
        "The audit log is intact: %(num)s entries verified.",
        report.count,
    )
    return redirect_to_list(" ".join(filter(None, [words, report.held, *report.unchecked])))


@audit.post("/audit/gaps")
@needs(Role.OWNER, fresh=True)
def accept_gaps() -> ResponseReturnValue:
    """Accept what no key can verify, if it is still what was shown; an entry records that."""
    shown = request.form.get("shown", "")
    report = verify_snapshot(Anchor.parse(shown.rpartition(":")[0]))
    if not gap_acceptance.is_as_shown(report, shown):
        return refuse_acceptance()
    end = gap_acceptance.restore_end(report)
    # Whatever lies behind the end that was found becomes a gap now, and is accepted with the others.
    commit_and_continue()
    restored = verify_snapshot(end)
    if not gap_acceptance.is_continuation(restored, report, end):
        return refuse_acceptance()
    gap_acceptance.accept_gaps(restored, actor=get_actor())
    db.session.commit()
    return redirect_to_list(_("Gap accepted. Any later change to these entries will be detected."))


def refuse_acceptance() -> ResponseReturnValue:
    """Accept nothing, and show the log's current state."""
    report = verify_snapshot()
    if not report.faults:
        return redirect_to_list(_("The audit log is intact. Nothing was accepted."))
    return render_template("audit/faults.html", report=report, is_other=True), 409


def redirect_to_list(words: str) -> ResponseReturnValue:
    """Redirect to the log, with a notice of what was done."""
    flash(words)
    return redirect(url_for("audit.list_entries"), 303)


def render_list(given: Mapping[str, str]) -> str:
    """Show a page of the matching entries, or why there are none."""
    criteria = EntryCriteria.from_args(given)
    return render_template(
        "audit/list.html",
        page=queries.list_entries(criteria, pages.parse_page_ref(given)),
        unread=criteria.unread,
        events=sorted(((name, event_text.event_name(name)) for name in EVENTS), key=lambda one: one[1]),
        filters={name: given.get(name, "") for name in EntryCriteria.names()},
    )


@audit.post("/audit/export")
@needs(Role.OWNER)
def export_entries() -> ResponseReturnValue:
    """Send the matching entries as a CSV file, and record the export."""
    criteria = EntryCriteria.from_args(request.form)
    if criteria.unread:
        return render_list(request.form), 422
    # Written whole before it is sent: a slow reader must not hold a database connection open.
    file = SpooledTemporaryFile(max_size=EXPORT_MEMORY)  # noqa: SIM115 - closed with the answer
    with snapshot():
        which = (one.condition for one in build_conditions(criteria))
        rows = write_csv(file, stream_entries(*which))
    record("exported", actor=get_actor(), what="audit log", rows=rows)  # not marked: recorded
    db.session.commit()
    file.seek(0)
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name="audit-log.csv")
