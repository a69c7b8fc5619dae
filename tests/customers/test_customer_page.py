"""Customers are added, found, edited concurrently, and given addresses; no one's change is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.customers import queries
from shop.extensions import db
from tests.conftest import browser_of
from tests.customers.sample_customer import HOME, add_customer, form_fields, load_customer, post
from tests.factories import create_order, make_variant
from tests.sample_people import OWNER, STAFF, VIEWER
from tests.sign_in_flow import sign_in
from tests.sql_statements import record_statements

LIST = "/customers"


def events(app, name):
    with app.app_context():
        return [entry.details for entry in db.session.scalars(select(Entry).filter_by(event=name).order_by(Entry.id))]


def names_on(client):
    return [link.get_text(strip=True) for link in client.page.select("table.customers a.main-link")]


def add_by_form(client):
    """Add Zoë by the form. Returns the path of her page, and her id."""
    client.get(f"{LIST}/new")
    zoe = {"name": " Zoë <b>Q</b> ", "email": "Zoe@Customers.Example", "tags": "b, a, B"}
    answer = post(client, LIST, form_fields(client.page, LIST), **zoe)
    assert answer.status_code == 303
    return answer.location, int(answer.location.rpartition("/")[2])


def change(client, path, **changed):
    """Open a form, type over some of its fields, and save it."""
    client.get(path)
    assert post(client, path, form_fields(client.page, path), **changed).status_code == 303


def test_a_customer_is_added_and_shown(app, client, sink):
    sign_in(app, client, sink, STAFF)

    path, customer_id = add_by_form(client)

    assert client.get(path).status_code == 200
    assert "<b>Q</b>" in client.page.find("h1").get_text()
    customer = load_customer(app, customer_id)
    assert (customer.name, customer.email, customer.tags) == ("Zoë <b>Q</b>", "zoe@customers.example", ["a", "b"])
    assert (customer.name_key, customer.accepts_marketing) == ("zoe <b>q</b>", False)
    assert events(app, "customer_added") == [{"customer": customer_id}]


def test_who_has_neither_name_nor_address_nor_telephone_is_not_added(app, client, sink):
    sign_in(app, client, sink, STAFF)
    client.get(f"{LIST}/new")

    answer = post(client, LIST, form_fields(client.page, LIST), name="", email="", note="nobody")

    assert answer.status_code == 422
    assert "Enter a name, an email address, or a phone number." in client.page.get_text()
    assert client.page.find(id="note").get_text().strip() == "nobody"
    assert events(app, "customer_added") == []


def test_only_what_was_changed_is_written_and_recorded(app, client, sink):
    sign_in(app, client, sink, STAFF)
    path, customer_id = add_by_form(client)

    change(client, path, accepts_marketing="y", tags="b, c")
    client.get(path)
    assert form_fields(client.page, path)["accepts_marketing"] == "y"
    change(client, path, phone="+49 30 5550123")
    assert (load_customer(app, customer_id).version, load_customer(app, customer_id).tags) == (3, ["b", "c"])
    change(client, path)  # nothing changed: nothing written
    assert load_customer(app, customer_id).version == 3
    change(client, path, accepts_marketing=None)

    changed = [entry["fields"] for entry in events(app, "customer_changed")]
    assert changed == [["tags", "accepts_marketing"], ["phone"], ["accepts_marketing"]]


def test_when_marketing_was_decided_on_stays_until_it_is_decided_anew(app, client, sink, clock):
    sign_in(app, client, sink, STAFF)
    path, customer_id = add_by_form(client)
    assert load_customer(app, customer_id).marketing_changed_at is None

    change(client, path, accepts_marketing="y")
    decided = load_customer(app, customer_id).marketing_changed_at
    assert decided
    clock(minutes=5)
    change(client, path, phone="+49 30 5550123")
    assert load_customer(app, customer_id).marketing_changed_at == decided
    change(client, path, accepts_marketing=None)
    assert load_customer(app, customer_id).marketing_changed_at - decided >= timedelta(minutes=5)


def test_two_people_change_one_customer_and_lose_nothing(app, client, other, sink):
    customer_id = add_customer(app)
    path = f"/customers/{customer_id}"
    for browser, who in ((client, STAFF), (other, OWNER)):
        sign_in(app, browser, sink, who)
        browser.get(path)

    mine, theirs = form_fields(client.page, path), form_fields(other.page, path)
    assert post(other, path, theirs, name="Ada King", phone="+49 30 1").status_code == 303
    assert post(client, path, mine, tags="vip").status_code == 303
    customer = load_customer(app, customer_id)
    assert (customer.name, customer.tags, customer.version) == ("Ada King", ["vip"], 3)

    assert post(client, path, mine, name="Ada Lovelace", note="Rings once").status_code == 409
    assert "Ada King" in client.page.find(class_="conflict").get_text()
    assert (load_customer(app, customer_id).name, load_customer(app, customer_id).note) == ("Ada King", "Rings twice")
    again = form_fields(client.page, path)
    assert (again["name"], again["note"], again["phone"]) == ("Ada Lovelace", "Rings once", "+49 30 1")

    assert post(client, path, again, **{"keep-name": "mine"}).status_code == 303
    customer = load_customer(app, customer_id)
    assert (customer.name, customer.phone, customer.note, customer.tags) == (
        "Ada Lovelace",
        "+49 30 1",
        "Rings once",
        ["vip"],
    )


def add_homes(client, path):
    """Add three addresses by the form, at 1, 2 and 3 Mill Lane."""
    for street in ("1 Mill Lane", "2 Mill Lane", "3 Mill Lane"):
        client.get(f"{path}/addresses/new")
        typed = form_fields(client.page, f"{path}/addresses")
        assert post(client, f"{path}/addresses", typed, line1=street).status_code == 303


def homes_of(app, customer_id):
    """Return a customer's addresses as (street, whether it is preferred)."""
    return [(one.fields["line1"], one.is_default) for one in load_customer(app, customer_id).addresses]


def test_addresses_are_added_and_the_first_is_preferred(app, client, sink):
    customer_id = add_customer(app, address=None)
    sign_in(app, client, sink, STAFF)

    add_homes(client, f"/customers/{customer_id}")

    assert homes_of(app, customer_id) == [("1 Mill Lane", True), ("2 Mill Lane", False), ("3 Mill Lane", False)]


def test_an_address_without_a_line_is_not_added(app, client, sink):
    customer_id = add_customer(app, address=None)
    path = f"/customers/{customer_id}"
    sign_in(app, client, sink, STAFF)
    client.get(f"{path}/addresses/new")
    typed = form_fields(client.page, f"{path}/addresses")

    assert typed["name"] != ""
    assert post(client, f"{path}/addresses", typed).status_code == 422
    assert post(client, f"{path}/addresses", {**typed, "name": ""}).status_code == 422
    assert "Enter at least one line of the address." in client.page.get_text()
    assert homes_of(app, customer_id) == []


def test_two_who_change_one_address_lose_nothing(app, client, sink):
    customer_id = add_customer(app)
    path = f"/customers/{customer_id}/addresses/{load_customer(app, customer_id).addresses[0].id}"
    sign_in(app, client, sink, STAFF)
    client.get(path)
    stale = form_fields(client.page, path)

    assert post(client, path, stale, city="Bonn").status_code == 303
    assert post(client, path, stale, zip="53111").status_code == 303  # another field: they merge
    assert post(client, path, stale, city="Ulm").status_code == 409
    home = load_customer(app, customer_id).addresses[0].fields
    assert (home["city"], home["zip"]) == ("Bonn", "53111")


def test_one_address_is_preferred_whichever_is_removed(app, client, sink):
    customer_id = add_customer(app, address=None)
    path = f"/customers/{customer_id}"
    sign_in(app, client, sink, STAFF)
    add_homes(client, path)
    first, second, _ = (f"{path}/addresses/{one.id}" for one in load_customer(app, customer_id).addresses)
    sent = {"csrf_token": client.token(path)}

    assert post(client, f"{second}/default", sent).status_code == 303
    assert homes_of(app, customer_id) == [("1 Mill Lane", False), ("2 Mill Lane", True), ("3 Mill Lane", False)]
    assert post(client, f"{second}/removal", sent).status_code == 303
    assert homes_of(app, customer_id) == [("1 Mill Lane", True), ("3 Mill Lane", False)]
    assert post(client, f"{first}/removal", sent).status_code == 303
    assert homes_of(app, customer_id) == [("3 Mill Lane", True)]


def test_another_customers_address_is_not_found(app, client, sink):
    path = f"/customers/{add_customer(app)}"
    stranger = add_customer(app, email="b@customers.example")
    sign_in(app, client, sink, STAFF)
    client.get(f"{path}/addresses/new")
    typed = form_fields(client.page, f"{path}/addresses")

    not_theirs = load_customer(app, stranger).addresses[0].id
    for act in ("", "/default", "/removal"):
        assert post(client, f"{path}/addresses/{not_theirs}{act}", typed).status_code == 404
    assert len(load_customer(app, stranger).addresses) == 1


@pytest.fixture
def three(app, client, sink):
    """A viewer's browser, and three customers: Ada, Émile, and one with only a phone number."""
    add_customer(app)
    add_customer(
        app, name="Émile Zola", email="emile@customers.example", phone="030 77 88 991", tags=["Press"], address=None
    )
    add_customer(app, name="", email="", phone="0049 171 5550000", tags=[], accepts_marketing=False, address=None)
    sign_in(app, client, sink, VIEWER)
    return client


def shown(client, query):
    """Return the names that the list shows, in its order."""
    assert client.get(f"{LIST}?{query}").status_code == 200
    return names_on(client)


def test_the_list_is_sorted(three):
    assert shown(three, "") == ["0049 171 5550000", "Émile Zola", "Ada Byron"]
    assert shown(three, "sort=name") == ["0049 171 5550000", "Ada Byron", "Émile Zola"]
    assert shown(three, "sort=-name") == ["Émile Zola", "Ada Byron", "0049 171 5550000"]
    assert shown(three, "sort=nonsense") == shown(three, "")


def test_the_list_finds_by_words_telephones_and_addresses(three):
    for typed, found in {
        "emile zol": ["Émile Zola"],
        "ADA": ["Ada Byron"],
        "emile@customers.example": ["Émile Zola"],
        "engine": ["Ada Byron"],  # a company in an address
        "5550100": ["Ada Byron"],  # the phone number of an address
        "%2B49 30 5550199": ["Ada Byron"],
        "030 5550199": ["Ada Byron"],
        "7788991": ["Émile Zola"],
        "press": ["Émile Zola"],
        "ada zola": [],
        "\x00": [],
    }.items():
        assert shown(three, f"q={typed}") == found, typed


def test_the_list_is_narrowed_and_says_by_what(three):
    assert shown(three, "tag=press") == ["Émile Zola"]
    assert shown(three, "tag=a%00b") == []
    assert shown(three, "marketing=no") == ["0049 171 5550000"]
    assert shown(three, "marketing=yes&tag=vip&q=byron") == ["Ada Byron"]

    chosen = [link.get_text(" ", strip=True) for link in three.page.select(".chosen-one")]
    assert len(chosen) == 3
    assert shown(three, "q=nobody-at-all") == []
    assert "No customers match" in three.page.get_text()


def test_every_page_of_customers_makes_as_many_statements_for_many_as_for_few(app, client, sink):
    variant_id = make_variant(app, on_hand=100)
    ids = [add_customer(app, name=f"Customer {n:02}", email=f"c{n}@customers.example") for n in range(3)]
    create_order(app, (variant_id, 1), customer_id=ids[0])
    sign_in(app, client, sink, STAFF)
    lists = [LIST, f"{LIST}?sort=-spent", f"{LIST}?tag=vip", f"{LIST}?q=customer"]
    paths = [*lists, f"/customers/{ids[0]}", "/search?q=customer"]

    few = [cost(client, path) for path in paths]
    for n in range(3, 20):
        add_customer(app, name=f"Customer {n:02}", email=f"c{n}@customers.example")
    for _ in range(4):
        create_order(app, (variant_id, 1), customer_id=ids[0])

    assert [cost(client, path) for path in paths] == few
    assert max(few) <= 16


def cost(client, path):
    """Return the number of statements that a page takes."""
    with record_statements() as made:
        assert client.get(path).status_code == 200
    return len(made)


@pytest.fixture
def two(app, client, sink):
    """The ids of two customers, of whom the second is tagged New; the browser is at the list of both."""
    ids = [
        add_customer(app, name=name, email=f"{name}@customers.example", tags=tags)
        for name, tags in (("a", []), ("b", ["New"]))
    ]
    sign_in(app, client, sink, STAFF)
    client.get(f"{LIST}?sort=name")
    return ids


def test_a_tag_for_many_is_one_press(app, client, two):
    typed = form_fields(client.page, "/customers/tags")

    answer = post(client, "/customers/tags", typed, ids=[*two, "x", "99999999999", "999"], tag="new")

    assert (answer.status_code, answer.location) == (303, f"{LIST}?sort=name")
    assert [load_customer(app, one).tags for one in two] == [["new"], ["New"]]
    client.get(answer.location)
    assert "1 customer tagged" in client.page.select_one(".note-undo").get_text()
    with app.app_context():
        assert [one.id for one in queries.search_customers("new")] == two


def test_a_tag_for_nobody_or_two_at_once_are_refused(app, client, two):
    typed = form_fields(client.page, "/customers/tags")

    assert post(client, "/customers/tags", typed, tag="new").status_code == 422
    assert "Select at least one customer." in client.page.get_text()
    assert post(client, "/customers/tags", typed, ids=two, tag="a,b").status_code == 422
    assert len(client.page.select("input[name=ids][checked]")) == 2
    assert [load_customer(app, one).tags for one in two] == [[], ["New"]]


def test_a_tag_given_to_many_is_taken_back_and_taken_off_in_any_spelling(app, client, two):
    typed = form_fields(client.page, "/customers/tags")
    client.get(post(client, "/customers/tags", typed, ids=two, tag="new").location)
    undo = client.page.select_one(".note-undo form")

    assert post(client, undo["action"], {"csrf_token": typed["csrf_token"]}).status_code == 303
    assert [load_customer(app, one).tags for one in two] == [[], ["New"]]
    assert post(client, "/customers/tags/removal", typed, ids=two, tag="NEW").status_code == 303
    assert [load_customer(app, one).tags for one in two] == [[], []]
    recorded = [(entry["what"], entry["number"]) for entry in events(app, "customers_changed")]
    assert recorded == [("tagged", 1), ("untagged", 1)]


def test_enter_after_a_tag_was_not_taken_off_takes_it_off(app, client, two):
    typed = form_fields(client.page, "/customers/tags")

    assert post(client, "/customers/tags/removal", typed, ids=two, tag="").status_code == 422

    form = client.page.find("form", action="/customers/tags")
    assert form.find("button", type="submit")["formaction"] == "/customers/tags/removal"


def test_figures_orders_and_what_a_viewer_sees(app, client, sink):
    variant_id = make_variant(app, price=1250)
    customer_id = add_customer(app)
    numbers = [create_order(app, (variant_id, 1), customer_id=customer_id) for _ in range(2)]
    assert numbers

    sign_in(app, client, sink, VIEWER)
    path = f"/customers/{customer_id}"
    client.get(path)
    words = client.page.get_text(" ")
    assert all(part in words for part in ("Ada Byron", "Rings twice", "1 Mill Lane", "Customer since"))
    assert [link.get_text() for link in client.page.select("section[aria-labelledby=orders] a.main-link")] == [
        "#1002",
        "#1001",
    ]
    assert [form["action"] for form in client.page.find_all("form", method="post")] == ["/sign-out", "/sign-out"]
    assert not [link for link in client.page.find_all("a") if "merge" in link["href"] or "erasure" in link["href"]]

    token = client.token("/customers")
    for act in ("", "/export", "/addresses", f"/merge/{customer_id}", "/erasure"):
        assert client.post(path + act, data={"csrf_token": token}).status_code == 403, act
    assert load_customer(app, customer_id).version == 1


def test_hostile_text_breaks_no_page(app, client, sink):
    other = add_customer(app, name="Other", email="ada@customers.example")
    sign_in(app, client, sink, OWNER)
    for typed in ("'\"><script>alert(1)</script>", "\u202eevil =1+1", "😀" * 60):
        home = {**HOME, "line1": typed}
        customer_id = add_customer(app, name=typed, tags=[typed], note=typed * 100, address=home)
        path = f"/customers/{customer_id}"
        address = f"{path}/addresses/{load_customer(app, customer_id).addresses[0].id}"
        pages = (path, f"{path}/erasure", f"{path}/merge?q=other", address, f"{path}/merge/{other}")
        for page in ("/customers", *pages, f"/customers/{other}/merge/{customer_id}"):
            assert client.get(page).status_code == 200, page
            assert not client.page.find("script", src=False)
        client.get(path)
        assert form_fields(client.page, path)["name"] == typed
        assert browser_of(app).get(path).status_code == 302
