"""Changing many products: what it would do is shown, one press does all of it, and another takes it back."""

import pytest
from sqlalchemy import select, update

from shop.audit.entries import Entry
from shop.catalogue import finding, selection, summary, tagging
from shop.catalogue.product import Product, ProductTag, Status, Variant
from shop.extensions import db
from shop.tokens import new_id
from shop.undo.steps import Step
from tests.store import add_product, add_variant

START = {"mug": 1000, "cup": 333, "bowl": 50}


@pytest.fixture
def goods(app):
    """A mug that is for sale, a draft cup in two variants, and a cheap bowl in the archive."""
    with app.app_context():
        made = {}
        for title, price in START.items():
            status = {"mug": Status.ACTIVE, "cup": Status.DRAFT, "bowl": Status.ARCHIVED}[title]
            product = add_product(title=title, status=status, vendor="Mill")
            add_variant(product, price=price, sku=title.upper())
            if title == "cup":
                add_variant(product, price=2 * price, position=1, value1="Large", compare_at=900)
            db.session.add(ProductTag(product_id=product.id, tag="Sale") if title == "mug" else product)
            db.session.flush()
            summary.index_words(product.id)
            made[title] = product.id
        db.session.commit()
        return made


def send(client, path, data):
    return client.post(path, data={"csrf_token": client.token("/undo"), "key": new_id(), **data})


def carried(client):
    """Give what the form of the page that was shown last carries, and where it goes."""
    form = client.page.select_one("main form[method=post]")
    fields = [(one["name"], one.get("value", "")) for one in form.select("input[type=hidden]")]
    return form["action"], {name: [value for key, value in fields if key == name] for name, _ in fields}


def preview(client, kind, **data):
    """Ask what a change would do. Gives the lines of the page, and what its button would send."""
    answer = send(client, f"/products/bulk/{kind}/preview", {"typed": "1", **data})
    assert answer.status_code == 200, answer.text
    lines = [
        [td.get_text(" ", strip=True) for td in row.select("td")] for row in client.page.select("table.rows tbody tr")
    ]
    return lines, carried(client)


def press(client, button):
    action, data = button
    answer = client.post(action, data=data)
    assert answer.status_code == 303, answer.text
    return answer


def take_back(client):
    """Press the newest button on the page of what can be taken back."""
    client.get("/undo")
    form = client.page.select_one("table form")
    return client.post(form["action"], data={"csrf_token": form.select_one("input")["value"]})


def state(app, what):
    """Give something of every product, by title."""
    with app.app_context():
        return {one.title: what(one) for one in db.session.scalars(select(Product))}


def statuses(app):
    return state(app, lambda one: str(one.status))


def tags(app):
    return state(app, lambda one: one.tags)


def prices(app):
    return state(app, lambda one: [(each.price, each.compare_at) for each in one.variants])


def found_by(app, word):
    with app.app_context():
        wanted = finding.read({"q": word, "sort": "price"})
        return [one.title for one in finding.listed(wanted).rows]


def entries(app):
    with app.app_context():
        query = select(Entry.event, Entry.details).where(Entry.event.in_(("products_changed", "change_undone")))
        return [
            (event, details["what"], details["number"])
            for event, details in db.session.execute(query.order_by(Entry.id))
        ]


def test_a_status_is_shown_set_and_taken_back(app, staff, goods):
    before = state(app, lambda one: one.version)
    lines, button = preview(staff, "status", ids=list(goods.values()), status="archived", back="vendor=Mill")
    assert lines == [["mug", "active", "archived"], ["cup", "draft", "archived"]]
    assert statuses(app)["mug"] == "active"
    assert press(staff, button).location == "/products?vendor=Mill"
    assert statuses(app) == dict.fromkeys(START, "archived")
    assert state(app, lambda one: one.version - before[one.title]) == {"mug": 1, "cup": 1, "bowl": 0}
    staff.get("/products")
    assert staff.page.select_one(".note-undo p").get_text() == "2 products: status set to archived."
    with app.app_context():
        db.session.execute(update(Product).where(Product.title == "cup").values(status=Status.ACTIVE))
        db.session.commit()
    assert take_back(staff).status_code == 303
    assert statuses(app) == {"mug": "active", "cup": "active", "bowl": "archived"}
    assert entries(app) == [
        ("products_changed", "status set to archived", 2),
        ("change_undone", "2 products: status set to archived.", 1),
    ]


def test_a_button_that_is_pressed_twice_counts_once_and_leads_to_the_same_place(app, staff, goods):
    action, data = preview(staff, "prices", ids=list(goods.values()), way="raise-percent", percent="10")[1]
    assert staff.post(action, data={**data, "key": "x"}).status_code == 422
    assert prices(app)["mug"] == [(1000, None)]
    first, second = staff.post(action, data=data), staff.post(action, data=data)
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, "/products")
    assert prices(app)["mug"] == [(1100, None)]
    take_back(staff)
    assert staff.post(action, data=data).status_code == 303
    assert prices(app)["mug"] == [(1000, None)]
    staff.get("/products")
    assert "done already" in staff.page.get_text()
    assert [event for event, *_ in entries(app)] == ["products_changed", "change_undone"]


def test_more_tags_than_one_press_may_give_are_refused(app, staff, goods, monkeypatch):
    monkeypatch.setattr(tagging, "MOST", 5)
    for path in ("/products/bulk/tags/preview", "/products/bulk/tags"):
        sent = {"typed": "1", "ids": list(goods.values()), "add": "a", "remove": "b", "key": "k" * 22}
        assert send(staff, path, sent).status_code == 422
        assert "more than 5 tags on all products together" in staff.page.get_text()
    assert tags(app) == {"mug": ["Sale"], "cup": [], "bowl": []}


def test_a_tag_is_looked_for_in_any_spelling(app, goods):
    with app.app_context():
        for typed in ("Sale", "sale", "SALE"):
            assert [one.title for one in finding.listed(finding.read({"tag": typed})).rows] == ["mug"]


def test_all_that_fit_are_looked_for_again_when_the_button_is_pressed(app, staff, goods):
    lines, button = preview(staff, "status", all="1", status="draft", back="vendor=Mill&sort=price")
    assert [line[0] for line in lines] == ["mug", "bowl"]
    assert button[1]["expected"] == ["3"]
    with app.app_context():
        add_product(title="plate", vendor="Mill")
        db.session.commit()
    action, data = button
    assert staff.post(action, data=data).status_code == 409
    assert "another number of products" in staff.page.get_text()
    assert statuses(app)["mug"] == "active"
    press(staff, carried(staff))
    assert set(statuses(app).values()) == {"draft"}


def test_tags_are_added_and_removed_in_any_spelling_and_found(app, staff, goods):
    ids = list(goods.values())
    lines, button = preview(staff, "tags", ids=ids, add="sale, Neu, <b>", remove="")
    assert lines[0] == ["mug", "Sale", "<b>, Neu, Sale"]
    assert lines[1] == ["cup", "nothing", "<b>, Neu, sale"]
    press(staff, button)
    assert tags(app)["mug"] == ["<b>", "Neu", "Sale"]
    assert (found_by(app, "neu"), found_by(app, "sale")) == (["bowl", "cup", "mug"], ["bowl", "cup", "mug"])
    press(staff, preview(staff, "tags", ids=ids, add="", remove="SALE")[1])
    assert {tuple(one) for one in tags(app).values()} == {("<b>", "Neu")}
    assert found_by(app, "sale") == []
    assert take_back(staff).status_code == 303
    assert (tags(app)["mug"], tags(app)["cup"]) == (["<b>", "Neu", "Sale"], ["<b>", "Neu", "sale"])
    assert take_back(staff).status_code == 303
    assert tags(app) == {"mug": ["Sale"], "cup": [], "bowl": []}
    assert (found_by(app, "neu"), found_by(app, "sale")) == ([], ["mug"])


def test_a_product_that_is_full_of_tags_gets_no_other(app, staff, goods):
    with app.app_context():
        db.session.add_all(ProductTag(product_id=goods["cup"], tag=f"t{number:02}") for number in range(50))
        db.session.commit()
    lines, button = preview(staff, "tags", ids=list(goods.values()), add="extra", remove="")
    assert [line[0] for line in lines] == ["mug", "bowl"]
    assert "1 already have 50 tags" in staff.page.get_text()
    press(staff, button)
    assert len(tags(app)["cup"]) == 50
    assert tags(app)["bowl"] == ["extra"]


RULES = [
    ({"way": "set", "amount": "5"}, {"mug": [(500, None)], "cup": [(500, None), (500, 900)], "bowl": [(500, None)]}),
    (
        {"way": "raise", "amount": "0.05"},
        {"mug": [(1005, None)], "cup": [(338, None), (671, 900)], "bowl": [(55, None)]},
    ),
    ({"way": "lower", "amount": "1"}, {"mug": [(900, None)], "cup": [(233, None), (566, 900)], "bowl": [(50, None)]}),
    (
        {"way": "raise-percent", "percent": "12.5"},
        {"mug": [(1125, None)], "cup": [(375, None), (749, 900)], "bowl": [(56, None)]},
    ),
    (
        {"way": "lower-percent", "percent": "50", "keeps": "y"},
        {"mug": [(500, 1000)], "cup": [(167, 333), (333, 666)], "bowl": [(25, 50)]},
    ),
    ({"way": "compare"}, {"mug": [(1000, 1000)], "cup": [(333, 333), (666, 666)], "bowl": [(50, 50)]}),
    ({"way": "no-compare"}, {"mug": [(1000, None)], "cup": [(333, None), (666, None)], "bowl": [(50, None)]}),
]


def test_prices_are_changed_by_each_rule_and_taken_back(app, staff, goods):
    before = prices(app)
    for typed, after in RULES:
        lines, button = preview(staff, "prices", ids=list(goods.values()), **typed)
        assert len(lines) == sum(
            one != other for title in before for one, other in zip(before[title], after[title], strict=True)
        )
        press(staff, button)
        assert prices(app) == after, typed
        with app.app_context():
            for one in db.session.scalars(select(Product)):
                own = [each.price for each in one.variants]
                assert (one.price_low, one.price_high) == (min(own), max(own))
        assert take_back(staff).status_code == 303
        assert prices(app) == before


def test_a_price_below_nothing_is_said_and_left_as_it_is(app, staff, goods):
    lines, button = preview(staff, "prices", ids=list(goods.values()), way="lower", amount="3.40")
    assert [line[0] for line in lines] == ["mug", "cup – Large"]
    assert "2 variants would cost less than nothing" in staff.page.get_text()
    press(staff, button)
    assert prices(app) == {"mug": [(660, None)], "cup": [(333, None), (326, 900)], "bowl": [(50, None)]}
    _, button = preview(staff, "prices", ids=[goods["bowl"]], way="raise", amount="10000000000")
    assert "One variant would cost more than can be kept" in staff.page.get_text()
    assert press(staff, button).status_code == 303
    assert prices(app)["bowl"] == [(50, None)]


def test_taking_back_leaves_a_price_that_somebody_changed_since(app, staff, goods):
    press(staff, preview(staff, "prices", ids=list(goods.values()), way="set", amount="7", keeps="y")[1])
    with app.app_context():
        db.session.execute(update(Variant).where(Variant.sku == "MUG").values(price=777))
        db.session.execute(update(Variant).where(Variant.sku == "BOWL").values(compare_at=888))
        db.session.commit()
    take_back(staff)
    assert prices(app) == {"mug": [(777, None)], "cup": [(333, None), (666, 900)], "bowl": [(50, 888)]}


REFUSED = [
    ("status", {"ids": [], "status": "draft"}, "No product was chosen"),
    ("status", {"ids": ["x", "-1", "0", "99999999999", "²"], "status": "draft"}, "No product was chosen"),
    ("status", {"all": "1", "back": "q=nowhere", "status": "draft"}, "No product was chosen"),
    ("status", {"ids": [1], "status": "gone"}, "Choose draft, active or archived."),
    ("status", {"ids": [1], "status": "draft", "back": "x" * 20_001}, "The list cannot be read"),
    ("tags", {"ids": [1]}, "Enter at least one tag"),
    ("tags", {"ids": [1], "add": "a", "remove": "A"}, "cannot be added and removed"),
    ("tags", {"ids": [1], "add": "a\0b"}, "control characters"),
    ("tags", {"ids": [1], "add": "x" * 101}, "100 characters"),
    ("prices", {"ids": [1]}, "Choose what to do."),
    ("prices", {"ids": [1], "way": "halve"}, "Not a valid choice"),
    ("prices", {"ids": [1], "way": "set"}, "Enter the amount."),
    ("prices", {"ids": [1], "way": "set", "amount": "-1"}, "Enter an amount"),
    ("prices", {"ids": [1], "way": "raise", "amount": "1.005"}, "decimals"),
    ("prices", {"ids": [1], "way": "lower-percent"}, "Enter the percentage."),
    ("prices", {"ids": [1], "way": "lower-percent", "percent": "101"}, "from 0 to 100"),
]


def test_what_cannot_be_done_is_refused_and_changes_nothing(app, staff, goods):
    before = (statuses(app), tags(app), prices(app))
    for kind, data, sentence in REFUSED:
        for path in (f"/products/bulk/{kind}/preview", f"/products/bulk/{kind}"):
            assert send(staff, path, {"typed": "1", **data}).status_code == 422, (path, data)
            assert sentence in staff.page.get_text(), (path, data)
    assert (statuses(app), tags(app), prices(app)) == before
    assert entries(app) == []


def test_more_than_one_press_may_change_is_refused(app, staff, goods, monkeypatch):
    monkeypatch.setattr(selection, "MOST", 2)
    for data in ({"all": "1", "back": "vendor=Mill"}, {"ids": list(goods.values())}):
        assert send(staff, "/products/bulk/status", {**data, "status": "draft"}).status_code == 422
    assert statuses(app)["mug"] == "active"


def test_nothing_to_change_leaves_no_step(app, staff, goods):
    lines, (_, data) = preview(staff, "status", ids=[goods["mug"]], status="active")
    assert lines == []
    assert staff.page.select("main form button") == []
    assert staff.post("/products/bulk/status", data=data).status_code == 303
    staff.get("/products")
    assert "nothing was changed" in staff.page.get_text()
    with app.app_context():
        assert db.session.scalars(select(Step)).all() == []


def test_the_buttons_of_the_list_lead_to_each_change(staff, goods):
    staff.get("/products?vendor=Mill")
    form = staff.page.select_one("form[data-bulk]")
    assert [one["value"] for one in form.select("input[name=ids]")] == [str(one) for one in reversed(goods.values())]
    assert [one.get("formaction", form["action"]) for one in form.select("button")] == [
        *["/products/bulk/status/preview"] * 3,
        "/products/bulk/tags/preview",
        "/products/bulk/prices/preview",
    ]
    for kind in ("tags", "prices"):
        assert send(staff, f"/products/bulk/{kind}/preview", {"ids": [goods["mug"]]}).status_code == 200
        assert staff.page.select(".error-summary") == []
        assert carried(staff)[1]["ids"] == [str(goods["mug"])]


def test_a_viewer_may_not_change_anything(app, viewer, goods):
    token = viewer.token("/products")
    for kind in ("status", "tags", "prices"):
        for path in (f"/products/bulk/{kind}/preview", f"/products/bulk/{kind}"):
            data = {"csrf_token": token, "ids": [goods["mug"]], "status": "draft"}
            assert viewer.post(path, data=data).status_code == 403
    assert statuses(app)["mug"] == "active"
