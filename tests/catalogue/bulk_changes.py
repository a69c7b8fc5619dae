"""Many products and their bulk changes, as a browser makes them; and the results."""

from sqlalchemy import select

from shop.audit.models.entry import Entry
from shop.catalogue import queries, search_index
from shop.catalogue.filters import ProductCriteria
from shop.catalogue.models.product import Product, ProductStatus, ProductTag
from shop.extensions import db
from shop.lists.pages import PageRef
from shop.tokens import new_id
from tests.factories import add_product, add_variant

START = {"mug": 1000, "cup": 333, "bowl": 50}


def add_goods():
    """Add an active mug, a draft cup in two variants, and an archived cheap bowl. Returns their ids."""
    made = {}
    for title, price in START.items():
        status = {"mug": ProductStatus.ACTIVE, "cup": ProductStatus.DRAFT, "bowl": ProductStatus.ARCHIVED}[title]
        product = add_product(title=title, status=status, vendor="Mill")
        add_variant(product, price=price, sku=title.upper())
        if title == "cup":
            add_variant(product, price=2 * price, position=1, value1="Large", compare_at=900)
        db.session.add(ProductTag(product_id=product.id, tag="Sale") if title == "mug" else product)
        db.session.flush()
        search_index.index_product(product.id)
        made[title] = product.id
    return made


def post_form(client, path, data):
    return client.post(path, data={"csrf_token": client.token("/undo"), "key": new_id(), **data})


def hidden_fields(client):
    """Return the hidden fields and the action of the last page's form."""
    form = client.page.select_one("main form[method=post]")
    fields = [(one["name"], one.get("value", "")) for one in form.select("input[type=hidden]")]
    return form["action"], {name: [value for key, value in fields if key == name] for name, _ in fields}


def preview(client, kind, **data):
    """Preview a change. Returns the lines of the page, and what its button would send."""
    answer = post_form(client, f"/products/bulk/{kind}/preview", {"typed": "1", **data})
    assert answer.status_code == 200, answer.text
    lines = [
        [td.get_text(" ", strip=True) for td in row.select("td")] for row in client.page.select("table.rows tbody tr")
    ]
    return lines, hidden_fields(client)


def press(client, button):
    action, data = button
    answer = client.post(action, data=data)
    assert answer.status_code == 303, answer.text
    return answer


def undo_newest(client):
    """Click the newest button on the page of changes that can be undone."""
    client.get("/undo")
    form = client.page.select_one("table form")
    return client.post(form["action"], data={"csrf_token": form.select_one("input")["value"]})


def values_by_title(app, what):
    """Return a value of every product, by title."""
    with app.app_context():
        return {one.title: what(one) for one in db.session.scalars(select(Product))}


def statuses_by_title(app):
    return values_by_title(app, lambda one: str(one.status))


def tags_by_title(app):
    return values_by_title(app, lambda one: one.tags)


def prices_by_title(app):
    return values_by_title(app, lambda one: [(each.price, each.compare_at) for each in one.variants])


def found_by(app, word):
    with app.app_context():
        wanted = ProductCriteria.from_args({"q": word, "sort": "price"})
        return [one.title for one in queries.list_products(wanted, PageRef())[0].rows]


def entries(app):
    with app.app_context():
        query = select(Entry.event, Entry.details).where(Entry.event.in_(("products_changed", "change_undone")))
        return [
            (event, details["what"], details["number"])
            for event, details in db.session.execute(query.order_by(Entry.id))
        ]
