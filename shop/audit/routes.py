"""The audit log: owners read, filter, export and check it; everybody sees their own history."""

import csv
import io
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import places
from shop.audit import chain, finding
from shop.audit.entries import Entry, listed, record, streamed
from shop.audit.events import EVENTS
from shop.extensions import db, snapshot
from shop.people.access import needs, signed_in
from shop.people.allowlist import Role
from shop.visit import visit

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
    return render_template(
        "audit/list_entries.html",
        page=finding.listed(finding.read(request.args), places.place(request.args)),
        events=sorted(EVENTS),
        filters={name: request.args.get(name, "") for name in ("person", "event", "day")},
    )


@audit.get("/audit/mine")
@signed_in
def list_own() -> ResponseReturnValue:
    """Show one's own sign-in history."""
    entries = listed(Entry.about == current_user.address, Entry.event.in_(OWN), most=MOST)
    return render_template("audit/list_own.html", entries=entries)


@audit.post("/audit/check")
@needs(Role.OWNER)
def check() -> ResponseReturnValue:
    """Walk the chain and say whether the log was touched."""
    with snapshot():
        report = chain.verify()
    whole = f"The audit log is whole: {report.count} entries were checked."
    flash(f"The audit log was touched: {report.fault}." if report.fault else whole)
    return redirect(url_for("audit.list_entries"), 303)


@audit.post("/audit/export")
@needs(Role.OWNER)
def export() -> ResponseReturnValue:
    """Give the entries that fit as a CSV file, and record that it was given."""
    # Written whole before it is sent: a slow reader must not hold a database connection open.
    file = SpooledTemporaryFile(max_size=MEMORY)  # noqa: SIM115 - closed with the answer
    with snapshot():
        which = (one.fits for one in finding.filters(finding.read(request.form)))
        rows = write(file, streamed(*which))
    record("exported", by=current_user.address, visit=visit(), what="audit log", rows=rows)
    db.session.commit()
    file.seek(0)
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name="audit-log.csv")


def write(file: IO[bytes], entries: Iterable[Entry]) -> int:
    """Write the entries as lines of CSV (RFC 4180), oldest first. Gives how many there were."""
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    lines, number = csv.writer(text), 0
    lines.writerow(COLUMNS)
    for entry in entries:
        number += 1
        facts = (entry.id, entry.at.isoformat(timespec="seconds"), entry.event, entry.by, entry.about, entry.network)
        details = "; ".join(f"{name}: {value}" for name, value in sorted(entry.details.items()))
        lines.writerow([inert(value) for value in (*facts, entry.request_id, details)])
    text.detach()
    return number


def inert(value: object) -> object:
    """Give a value that no spreadsheet takes for a formula."""
    return f"'{value}" if str(value).startswith(FORMULA) else value
