"""Hostile text in every field of every order form: no fault, no unescaped echo, no broken page."""

import pytest

from tests.factories import create_order, make_customer, make_variant
from tests.orders.form_helpers import DRAFT, NEW, change_store, error_messages, read_form, submit_form
from tests.sample_people import STAFF
from tests.sign_in_flow import sign_in

MARK = "smuggled"
HOSTILE = [
    f"""'"><script id={MARK}>alert(1)</script><b id={MARK}>{{{{ 7*7 }}}} =1+1""",
    f"\u202e\u2066 \U0001f4a9 \U00020000 \u0000 \ud83d <i id={MARK}>",
    "9" * 400,
    "x" * 10_000,
    "NaN",
]
KEPT = {"csrf_token", "key", "version"}


@pytest.fixture
def desk(app, client, sink):
    """A staff member's browser."""
    sign_in(app, client, sink, STAFF)
    return client


def spoiled(values, text):
    """Put a text into every field."""
    plain = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return {name: value if name in KEPT else plain for name, value in values.items()}


def throw(client, path, text, form=""):
    """Submit a form with a text in every field, then in each text field alone."""
    client.get(form or path)
    values = read_form(client.page)
    one_by_one = [{name: spoiled({name: ""}, text)[name]} for name in values if name not in KEPT]
    for spoil in [spoiled(values, text), *one_by_one[::9]]:
        answer = client.post(path, data={**values, **spoil})
        assert answer.status_code in (200, 303, 409, 422), (path, spoil)
        assert not client.is_markup(MARK)


def test_names_and_numbers_that_no_page_of_ours_sends_are_passed_over(app, desk):
    assert desk.get(f"{NEW}?customer={'9' * 20}").status_code == 200

    desk.get(NEW)
    sent = read_form(desk.page)
    for name in ("lines-²-title", f"lines-{'9' * 5000}-title", "lines-٣-title", "lines--title"):
        assert desk.post(DRAFT, data={**sent, name: MARK}).status_code == 200, name
        assert MARK not in desk.page.get_text()

    answer = submit_form(desk, NEW, **{"delivery-phone": "call Ada"})
    assert answer.status_code == 422
    assert any("Enter a phone number" in one for one in error_messages(desk))


@pytest.mark.slow
def test_no_form_is_broken_by_what_is_typed_into_it(app, desk):
    make_customer(app, name=HOSTILE[0][:200])
    mug = make_variant(app, title=HOSTILE[0][:200], sku="X", on_hand=1000)
    for number, text in enumerate(HOSTILE):
        order, bought = f"/orders/{1001 + 2 * number}", f"/orders/{1002 + 2 * number}"
        change_store(app, last_order_number=1000 + 2 * number)
        create_order(app, (mug, 2))
        create_order(app, (mug, 2))
        throw(desk, f"{order}/edit", text)
        throw(desk, f"{order}/edit/draft", text, f"{order}/edit")
        throw(desk, f"{order}/refunds/new", text)
        throw(desk, f"{order}/payments", text, f"{order}/payments/new")
        throw(desk, f"{bought}/shipments", text, f"{bought}/shipments/new")
        throw(desk, f"{bought}/refunds", text, f"{bought}/refunds/new")
        throw(desk, f"{order}/cancellation", text)
        change_store(app, last_order_number=9000 + 100 * number)
        desk.get(NEW)
        submit_form(desk, DRAFT, words="X")
        throw(desk, DRAFT, text, NEW)
        throw(desk, NEW, text)
        for button in ("add", "off", "choose", "press"):
            desk.get(NEW)
            assert submit_form(desk, DRAFT, **{button: spoiled({"": ""}, text)[""]}).status_code == 200
