"""The audit log: owners read, filter, export and check it; everybody sees their own history."""

import csv
import io
from collections.abc import Iterable, Mapping
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.audit import finding, retirement
from shop.audit.entries import Entry, listed, record, streamed
from shop.audit.events import EVENTS
from shop.audit.report import Anchor, Report
from shop.audit.verification import verify
from shop.extensions import db
from shop.lists import pages
from shop.people.guards import any_role, needs
from shop.people.models.role import Role
from shop.transactions import commit_and_continue, snapshot
from shop.web.request_info import get_request_info

audit = Blueprint("audit", __name__)
MOST = 50  # of one's own
MEMORY = 4 * 1024 * 1024
COLUMNS = ("number", "at (UTC)", "event", "by", "about", "network", "request", "details")
OWN = ("signed_in", "signed_out", "session_ended", "wrong_code", "sign_in_mailed", "not_me", "confirmed", "break_glass")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@audit.get("/audit")
@needs(Role.OWNER)
def list_entries() -> ResponseReturnValue:
    """Show the newest entries that fit the filter in the address."""
    return list_page(request.args)


@audit.get("/audit/mine")
@any_role
def list_own() -> ResponseReturnValue:
    """Show one's own sign-in history."""
    entries = listed(Entry.about == current_user.address, Entry.event.in_(OWN), most=MOST)
    return render_template("audit/list_own.html", entries=entries)


@audit.post("/audit/check")
@needs(Role.OWNER)
def check() -> ResponseReturnValue:
    """Walk the chain and say whether the log is whole."""
    report = look()
    if report.fault:
        return render_template("audit/not_whole.html", report=report)
    words = f"The audit log is whole: {report.count} entries were checked."
    return done(" ".join(filter(None, [words, report.held, *report.unchecked])))


@audit.post("/audit/gaps")
@needs(Role.OWNER, fresh=True)
def accept_gaps() -> ResponseReturnValue:
    """Accept what nobody can check, if it is still what was shown; the log has an entry that says so."""
    shown = request.form.get("shown", "")
    report = look(Anchor.read(shown.rpartition(":")[0]))
    if not retirement.is_what_was_shown(report, shown):
        return refuse()
    end = retirement.restore_end(report)
    # What stands behind the end that was found is a gap from now on, and is accepted with the others.
    commit_and_continue()
    restored = look(end)
    if not retirement.goes_on(restored, report, end):
        return refuse()
    retirement.accept(restored, by=current_user.address, visit=get_request_info())
    db.session.commit()
    return done("The gap was accepted. What changes in it from now on will show.")


def refuse() -> ResponseReturnValue:
    """Accept nothing, and show the log as it is now."""
    report = look()
    if not report.faults:
        return done("The audit log is whole. Nothing was accepted.")
    return render_template("audit/not_whole.html", report=report, is_other=True), 409


def look(since: Anchor | None = None) -> Report:
    """Walk the log as it is at one instant; with an anchor, see that it still goes on from there."""
    with snapshot():
        return verify(since)


def done(words: str) -> ResponseReturnValue:
    """Go back to the log, and say there what was done."""
    flash(words)
    return redirect(url_for("audit.list_entries"), 303)


def list_page(given: Mapping[str, str]) -> str:
    """Show a part of the entries that fit; or why none can."""
    asked = finding.read(given)
    return render_template(
        "audit/list_entries.html",
        page=finding.listed(asked, pages.parse_page_ref(given)),
        unread=asked.unread,
        events=sorted(EVENTS),
        filters={name: given.get(name, "") for name in ("person", "event", "day")},
    )


@audit.post("/audit/export")
@needs(Role.OWNER)
def export() -> ResponseReturnValue:
    """Give the entries that fit as a CSV file, and record that it was given."""
    if finding.read(request.form).unread:
        return list_page(request.form), 422
    # Written whole before it is sent: a slow reader must not hold a database connection open.
    file = SpooledTemporaryFile(max_size=MEMORY)  # noqa: SIM115 - closed with the answer
    with snapshot():
        which = (one.fits for one in finding.filters(finding.read(request.form)))
        rows = write(file, streamed(*which))
    record("exported", by=current_user.address, visit=get_request_info(), what="audit log", rows=rows)
    db.session.commit()
    file.seek(0)
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name="audit-log.csv")


def write(file: IO[bytes], entries: Iterable[Entry | None]) -> int:
    """Write the entries as lines of CSV (RFC 4180), oldest first. Gives how many there were."""
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    lines, number = csv.writer(text), 0
    lines.writerow(COLUMNS)
    for entry in entries:
        number += 1
        if entry is None or not entry.is_readable:
            number_of, name = (entry.id, f"entry {entry.id}") if entry else ("", "an entry without a number")
            lines.writerow([number_of, f"{name} cannot be read"])
            continue
        facts = (entry.id, entry.at.isoformat(timespec="seconds"), entry.event, entry.by, entry.about, entry.network)
        details = "; ".join(f"{name}: {value}" for name, value in sorted(entry.details.items()))
        lines.writerow([inert(value) for value in (*facts, entry.request_id, details)])
    text.detach()
    return number


def inert(value: object) -> object:
    """Give a value that no spreadsheet takes for a formula."""
    return f"'{value}" if str(value).startswith(FORMULA) else value
