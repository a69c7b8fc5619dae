"""Rules made and read through the command line and the allowlist, as many of these tests need them."""

import json
from datetime import UTC, datetime

from shop.audit.models.entry import Entry
from shop.people.access_policy import decide_access

CHOICES = ("radio", "checkbox")


def run(app, *words):
    """Run a `flask …` command."""
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def allow(app, subject, role, *, until=None):
    """Add a rule; `until` is the distance from now to its last day."""
    last = ["--until", (datetime.now(UTC) + until).date()] if until is not None else []
    assert run(app, "people", "allow", subject, "--role", role, *last).exit_code == 0


def block(app, address):
    assert run(app, "people", "block", address).exit_code == 0


def verdict(app, address):
    with app.app_context():
        return decide_access(address)


def list_rules(app):
    return json.loads(run(app, "people", "list", "--json").stdout)


def entries(app, event=None):
    """Return the audit entries, oldest first, of one event or of all."""
    with app.app_context():
        found = Entry.query.order_by(Entry.id).all()
        return [entry for entry in found if event in (None, entry.event)]


def details(app, event):
    return [entry.details for entry in entries(app, event)]


def form_values(client, **values):
    """Return what the form on the page sends after these fields were edited."""
    form = client.page.select_one("form[data-dirty]")
    chosen = [one for one in form.select("input[name]") if one["type"] not in CHOICES or one.has_attr("checked")]
    inputs = {one["name"]: one.get("value", "") for one in chosen}
    return inputs | {one["name"]: one.get_text().strip() for one in form.select("textarea")} | values
