"""Every changing route, sent what no page of ours sends: there is never a fault, and a refusal changes nothing."""

import json

import pytest
from sqlalchemy import update

from shop.catalogue.models.picture import Picture
from shop.catalogue.models.product import Product, Variant
from shop.clients.models.client import Client
from shop.customers.models.customer import Customer, CustomerAddress
from shop.extensions import db
from shop.orders.models.order import Order, OrderTag
from shop.orders.models.shipment import Shipment
from shop.settings.models.store import Store
from tests.factories import ADDRESS
from tests.house.database_contents import compare_contents, read_contents
from tests.house.test_access_matrix import TARGET, addresses, run, turn
from tests.page_inspector import form_values
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

# A value for each field that a form may show beside another person's: the page of a conflict renders these.
FULL = {
    Order: {"shipping": 490, "shipping_method": "Parcel", "discount": 100, "discount_code": "HELLO", "note": "Ring."},
    Shipment: {"carrier": "Post", "tracking": "T1", "tracking_url": "https://post.example/T1"},
    Product: {"description": "Of paper.", "type": "Print", "vendor": "Mills"},
    Variant: {"compare_at": 1900, "cost": 300, "barcode": "4006381333931", "weight": 120, "low_stock": 3},
    Picture: {"alt": "A poster"},
    Customer: {"phone": "030 1", "note": "Rings twice.", "accepts_marketing": True},
    CustomerAddress: {"fields": ADDRESS},
    Client: {"after_sign_out": ["https://till.example/"]},
    Store: {"postal_address": "1 Mill Lane", "tax_rate": 1900},
}
# Forms that consist of a button alone: an empty POST is complete.
BUTTONS = {
    "audit.verify_audit_log",
    "audit.export_entries",
    "catalogue.archive.archive_product",
    "catalogue.copy.duplicate_product",
    "catalogue.archive.unarchive_product",
    "clients.remove_client",
    "clients.renew_secret",
    "customers.erasure.erase_customer",
    "customers.export.export_customer",
    "customers.merge.merge_customers",
    "customers.addresses.make_default_address",
    "customers.addresses.remove_address",
    "dashboard.dismiss_checklist",
    "catalogue.pictures.move_picture_earlier",
    "catalogue.pictures.move_picture_later",
    "catalogue.pictures.remove_picture",
    "people.blocks.block_person",
    "people.remove_rule",
    "people.blocks.unblock_person",
    "sessions.end_session",
    "signin.resend_email",
    "signin.sign_out.sign_out",
    "stock.check.recalculate_stock",
}
# What two people may edit concurrently: each page shows both results.
MERGED = {
    "orders.edit.save_order",
    "catalogue.edit_product",
    "clients.edit_client",
    "customers.addresses.edit_address",
    "customers.edit_customer",
    "catalogue.pictures.edit_alt_text",
    "orders.note.change_note",
    "orders.tags.change_tags",
    "people.update_rule",
    "settings.change_settings",
    "stock.threshold.set_threshold",
    "orders.shipments.save_tracking",
    "catalogue.variants.edit_variant",
}
ELSEWHERE = ("api.", "oidc.")  # for programs; tests/api and tests/oidc cover their refusals
TEXTS = ("text", "search", "email", "tel", "url", "number", "date", None)
TORN = ("", "7")
NEVER = (None, 10**40, "x", {"a": ["x"]})


@pytest.fixture
def inside(app, client, other, sink):
    """The owner, in a shop with one of each, and something in each of its fields."""
    run(app, "allow", TARGET, "--role", "owner", "--until", "2099-12-31", "--note", "A friend")
    sign_in(app, other, sink, TARGET)
    sign_in(app, client, sink, OWNER)
    return client


@pytest.fixture
def routes(app, inside):
    """Return each changing route's endpoint and path, and its form; those that end others come last."""
    found = list(addresses(app))
    with app.app_context():
        db.session.add(OrderTag(order_id=1, tag="gift"))
        for model, values in FULL.items():
            db.session.execute(update(model).values(**values))
        db.session.commit()
    forms = forms_on(inside, [path for rule, path in found if "GET" in rule.methods])
    posts = [(rule.endpoint, path, forms.get(rule.endpoint)) for rule, path in found if "POST" in rule.methods]
    return sorted((one for one in posts if not one[0].startswith(ELSEWHERE)), key=lambda one: turn(one[0]))


def forms_on(client, pages):
    """Return the forms of these pages, by their target endpoint."""
    adapter, found = client.application.url_map.bind("127.0.0.1"), {}
    for path in pages:
        is_page = client.get(path).mimetype == "text/html"
        for form in client.page.find_all("form", method="post") if is_page else ():
            buttons = form.find_all(attrs={"formaction": True})
            for action in (form.get("action", path), *(one["formaction"] for one in buttons)):
                found[adapter.match(action.partition("?")[0], method="POST")[0]] = form
    return found


def send(client, path, *forms):
    """Send each of them with the token. Returns the statuses."""
    token = {"csrf_token": client.token()}
    return [client.post(path, data={**data, **token}).status_code for data in forms]


def retyped(form):
    """Return a form with other plausible content in each text field."""
    texts = [one for one in form.find_all(["textarea", "input"]) if one.name == "textarea" or one.get("type") in TEXTS]
    values = form_values(form)
    return {one["name"]: other(values[one["name"]]) for one in texts if one.get("name")}


def other(value):
    """Return something of the same kind as a field's content."""
    if value[-1:].isdigit():
        return f"{value[:-1]}{(int(value[-1]) + 9) % 10}"
    return f"x{value}" if "@" in value else f"{value}x" if len(value) > 2 else value


def stale(form):
    """Yield what a form sends that was made from an impossible version of a record."""
    names = json.loads(form_values(form)["before"])
    for before in (*TORN, *(json.dumps(dict.fromkeys(names, value)) for value in NEVER)):
        wrong = {"version": "0", "before": before}
        yield wrong
        yield {**form_values(form), **retyped(form), **wrong}


def test_a_post_without_what_it_needs_is_refused_and_changes_nothing(app, inside, routes):
    wrong, before = [], read_contents(app)
    for endpoint, path, form in routes:
        answers = send(inside, path, {}, dict.fromkeys(form_values(form) if form else (), ""))
        after = read_contents(app)
        if max(answers) >= 500 or (before != after and endpoint not in BUTTONS):
            wrong.append((endpoint, answers, compare_contents(before, after)))
        before = after

    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the database makes no difference
def test_a_form_over_a_record_as_it_never_was_is_answered_and_overwrites_nothing(app, inside, routes):
    wrong, seen, before = [], set(), read_contents(app)
    for endpoint, path, form in routes:
        answers = send(inside, path, *stale(form)) if form and form_values(form).get("version") else [0]
        seen.update({endpoint} if 409 in answers else ())
        if max(answers) >= 500:
            wrong.append((endpoint, answers))

    assert wrong == []
    assert compare_contents(before, read_contents(app)) == {}
    assert seen == MERGED


def test_enter_on_the_page_of_a_conflict_decides_nothing(app, inside, routes):
    """It submits the form as it is; a conflict remains until a person has chosen."""
    wrong, before = [], read_contents(app)
    for endpoint, path, form in routes:
        if endpoint not in MERGED:
            continue
        seen = {"version": "0", "before": json.dumps(dict.fromkeys(json.loads(form_values(form)["before"]), "x"))}
        answers = send(inside, path, {**form_values(form), **retyped(form), **seen})
        for _ in range(2):
            [shown] = {one.find_parent("form") for one in inside.page.select("form .conflict")}
            answers += [inside.post(path, data=form_values(shown)).status_code]
        if answers != [409] * 3:
            wrong.append((endpoint, answers))

    assert wrong == []
    assert compare_contents(before, read_contents(app)) == {}
