"""A form that is saved unchanged changes nothing, and the notice says so."""

import pytest

from tests.factories import create_order, make_customer, make_product
from tests.page_inspector import form_values
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

UNCHANGED = "Nothing was changed."
FORMS = [
    ("/orders/1001/edit", "email", ".save-bar .btn-primary"),
    ("/orders/1001", "note", "form[action*='/note'] button"),
    ("/products/1", "title", ".save-bar .btn-primary"),
    ("/customers/1", "name", ".save-bar .btn-primary"),
    ("/settings", "name", ".save-bar .btn-primary"),
    ("/stock/1", "low_stock", "form[action$='/threshold'] button"),
]


@pytest.fixture
def shop(app, client, sink):
    """An owner's browser, in a shop with one of each."""
    make_product(app, title="Mug", handle="mug", variants=[{"on_hand": 9}])
    create_order(app, (1, 1))
    make_customer(app)
    sign_in(app, client, sink, OWNER)
    return client


def press(client, button, **typed):
    """Click a button of the current page, and parse the page after it."""
    form = client.page.select_one(button).find_parent("form")
    path = client.page.select_one(button).get("formaction") or form["action"]
    answer = client.post(path, data={**form_values(form), **typed})
    assert answer.status_code == 303
    client.get(answer.location)


@pytest.mark.parametrize(("page", "field", "button"), FORMS)
def test_a_save_that_changes_nothing_says_so(shop, page, field, button):
    shop.get(page)

    press(shop, button)

    assert UNCHANGED in shop.page.get_text()
    shop.get(page)
    press(shop, button, **{field: "7" if field == "low_stock" else "ada.b@customers.example"})
    assert UNCHANGED not in shop.page.get_text()
