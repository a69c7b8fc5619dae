"""The mailbox page of `make run`: emails as they would have been sent, in memory, for this machine only."""

from flask import Blueprint, Flask, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from shop.outbox.transports import MailboxEmail, MailboxTransport
from shop.people.guards import open_to_all

mailbox = Blueprint("mailbox", __name__)
LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
# An email's HTML has inline styles, as mail programs need them; in a sandbox it can do nothing else.
EMAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-top-navigation"


def init_app(app: Flask) -> None:
    """Show emails instead of sending them."""
    app.extensions["mailbox"] = MailboxTransport(f"{app.config['PUBLIC_URL']}/dev/mailbox")
    app.register_blueprint(mailbox)


@mailbox.before_request
def require_local_visitor() -> None:
    """Refuse another machine, and anyone who comes through a proxy or a tunnel on this one."""
    original = request.environ.get("werkzeug.proxy_fix.orig", {}).get("REMOTE_ADDR", request.remote_addr)
    is_forwarded = any(name in request.headers for name in FORWARDED)
    if is_forwarded or request.remote_addr not in LOOPBACK or original not in LOOPBACK:
        abort(404)


@mailbox.get("/dev/mailbox")
@open_to_all
def list_emails() -> ResponseReturnValue:
    """List the newest emails, with their text."""
    return render_template("operations/mailbox/list.html", shown=get_emails(), linked=link_own_addresses)


@mailbox.get("/dev/mailbox/<int:place>")
@open_to_all
def show_email_html(place: int) -> ResponseReturnValue:
    """Show one email's HTML as a mail program would."""
    emails = get_emails()
    if place >= len(emails):
        abort(404)
    return emails[place].html, {"Content-Security-Policy": EMAIL_POLICY, "Referrer-Policy": "no-referrer"}


def get_emails() -> list[MailboxEmail]:
    """Return the emails, newest first."""
    transport: MailboxTransport = current_app.extensions["mailbox"]
    return list(transport.shown)


def link_own_addresses(text: str) -> Markup:
    """Turn the lines of an email that are URLs of ours into links."""
    lines = text.splitlines()
    ours = current_app.config["PUBLIC_URL"] + "/"
    return Markup("\n").join(
        Markup('<a href="{0}">{0}</a>').format(line.strip()) if line.strip().startswith(ours) else escape(line)
        for line in lines
    )
