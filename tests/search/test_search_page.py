"""The search box opens what is named exactly, and otherwise shows matches, for everyone who is signed in."""

import pytest

from shop.catalogue import search_index
from shop.extensions import db
from shop.settings import store
from tests.customers.sample_customer import add_customer
from tests.factories import ACTOR, create_order, make_product, make_variant
from tests.sample_people import VIEWER
from tests.sign_in_flow import sign_in

PATH = "/search"


def make_found_product(app, **values):
    product_id = make_product(app, **values)
    with app.app_context():
        search_index.index_product(product_id)
        db.session.commit()
    return product_id


@pytest.fixture
def full(app, client, sink):
    """A shop with something to find; the browser is a viewer's. Returns the ids of Green tea and of Ada Greenfield."""
    variant_id = make_variant(app, title="Mug", sku="MUG-1")
    leaves = [{"sku": "TEA-7", "barcode": "4006381"}]
    tea = make_found_product(app, title="Green tea", vendor="Leaf & Co", variants=leaves)
    make_found_product(app, title="Green tea, large", variants=[{"sku": "SAME"}])
    make_found_product(app, title="Kettle", variants=[{"sku": "SAME"}])
    ada = add_customer(app, name="Ada Greenfield")
    for number in (1, 2):
        add_customer(app, name=f"Twin {number}", email="twin@customers.example")
    create_order(app, (variant_id, 1), customer_id=ada, email="guest@elsewhere.example")
    with app.app_context():
        store.change_settings(store.get_locked_store(), {"order_prefix": "GT-"}, actor=ACTOR)
        db.session.commit()
    sign_in(app, client, sink, VIEWER)
    return tea, ada


def went(client, typed):
    """Type something into the box. Returns where it leads, or the status of what is shown."""
    answer = client.get(PATH, query_string={"q": typed})
    return answer.location if answer.status_code == 302 else answer.status_code


def sections(client):
    """Return what was found, by kind."""
    found = client.page.select("main section")
    return {one.h2.get_text(): [link.get_text() for link in one.select("a.main-link")] for one in found}


def test_an_order_is_opened_by_its_number_also_among_other_words(client, full):
    for typed in ("1001", "#1001", "GT-1001", "gt-1001", "  GT-1001 ", "gt- 1001"):
        assert went(client, typed) == "/orders/1001", typed
    for typed in ("Ada's GT-1001, late", "where is #1001?", "order 1001 (Ada)", "Order #1001", "ada gt- 1001"):
        assert went(client, typed) == "/orders/1001", typed


def test_what_only_looks_like_an_orders_number_opens_none(client, full):
    for typed in ("Ada Greenfield 1001", "#1001 or #1002", "GT-1001x", "XGT-1001", "preorder 1001", "#9999 of Ada"):
        assert went(client, typed) == 200, typed
    assert went(client, "whose is 1001") == 200
    assert sections(client) == {"Orders": ["GT-1001"]}


def test_a_product_is_opened_by_its_code_and_a_customer_by_their_address(client, full):
    tea, ada = full
    for typed in ("TEA-7", "tea-7", "4006381"):
        assert went(client, typed) == f"/products/{tea}", typed
    assert went(client, "ADA@customers.example") == f"/customers/{ada}"


def test_what_two_have_is_listed(client, full):
    assert went(client, "SAME") == 200
    assert went(client, "twin@customers.example") == 200
    assert sections(client) == {"Customers": ["Twin 1", "Twin 2"]}


def test_what_fits_words_is_listed_by_kind_with_the_way_to_each_whole_list(client, full):
    assert went(client, "green") == 200

    assert sections(client) == {
        "Orders": ["GT-1001"],
        "Products": ["Green tea, large", "Green tea"],
        "Customers": ["Ada Greenfield"],
    }
    whole = [link["href"] for link in client.page.select(".panel-head a")]
    assert whole == ["/orders?tab=all&q=green", "/products?q=green", "/customers?q=green"]
    for link in whole:
        assert client.get(link).status_code == 200


def test_nothing_found_and_nothing_typed_are_said(client, full):
    assert went(client, "1002") == 200
    assert "No results" in client.page.get_text()
    assert went(client, "") == 200
    assert "Enter an order number" in client.page.get_text()


def test_whatever_is_typed_breaks_nothing_and_is_shown_as_text(app, client, other, sink):
    add_customer(app)
    sign_in(app, client, sink, VIEWER)

    for typed in (
        "\x00",
        "a\x00b",
        "<script>alert(1)</script>",
        "'; --",
        "%",
        "_",
        "9" * 60,
        "\u202e",
        "😀",
        "x" * 5000,
        "٧" * 9,
        "@",
    ):
        assert client.get(PATH, query_string={"q": typed}).status_code == 200, typed
        assert not client.page.find("main").find("script")
    assert client.get(f"{PATH}?q=%ff%fe&q=2").status_code == 200
    assert other.get(f"{PATH}?q=ada").status_code == 302
    assert client.get("/keys").status_code == 200


def test_ten_of_each_are_shown(app, client, sink):
    for n in range(12):
        add_customer(app, name=f"Miller {n:02}", email=f"m{n}@customers.example")
    sign_in(app, client, sink, VIEWER)
    client.get(f"{PATH}?q=miller")

    assert [link.get_text() for link in client.page.select("main a.main-link")] == [f"Miller {n:02}" for n in range(10)]
