"""Two people, one product: different fields are merged, the same field is for a person to decide."""

from tests.catalogue.form_helpers import add, fields_of, generate, product_of, save, variants_of


def test_the_same_field_is_a_conflict_that_keeps_what_was_typed(app, staff, colleague):
    path = f"/products/{add(staff, title='Mug', price='10')}"
    staff.get(path)
    typed = fields_of(staff, path) | {"title": "My mug", "price": "12", "vendor": "Mine", "tags": "a"}
    assert save(colleague, path, title="Their mug", price="14", type="Theirs").status_code == 303

    answer = staff.post(path, data=typed)
    panel = " ".join(staff.page.find(class_="conflict").get_text().split())
    assert answer.status_code == 409
    assert "Title Yours My mug Theirs Their mug Before Mug" in panel
    assert "Price Yours €12.00 Theirs €14.00 Before €10.00" in panel
    assert "Vendor" not in panel
    assert fields_of(staff, path)["title"] == "My mug"
    product = product_of(app, int(path.rpartition("/")[2]))
    assert (product.title, product.price_low, product.vendor, product.version) == ("Their mug", 1400, "", 2)

    decided = fields_of(staff, path) | {"keep-title": "theirs", "keep-price": "mine"}
    assert staff.post(path, data=decided).status_code == 303
    product = product_of(app, product.id)
    assert (product.title, product.price_low) == ("Their mug", 1200)
    assert (product.vendor, product.type, product.tags) == ("Mine", "Theirs", ["a"])


def test_a_conflict_is_shown_until_it_is_saved(app, staff, colleague):
    path = f"/products/{add(staff, title='Mug', price='10')}"
    staff.get(path)
    typed = fields_of(staff, path) | {"title": "My mug", "price": "12"}
    assert save(colleague, path, title="Their mug", price="14").status_code == 303
    assert staff.post(path, data=typed).status_code == 409

    decided = fields_of(staff, path) | {"keep-title": "theirs", "keep-price": "theirs", "cost": "x"}
    assert staff.post(path, data=decided).status_code == 422

    panel = " ".join(staff.page.find(class_="conflict").get_text().split())
    assert "Title Yours My mug Theirs Their mug Before Mug" in panel
    assert staff.post(path, data=fields_of(staff, path) | {"cost": "", "keep-title": "mine"}).status_code == 303
    product = product_of(app, int(path.rpartition("/")[2]))
    assert (product.title, product.price_low) == ("My mug", 1400)


def test_different_fields_come_together_and_ones_own_save_is_no_conflict(app, staff, colleague):
    product_id = add(staff, title="Mug", price="10")
    path = f"/products/{product_id}"

    staff.get(path)
    mine = fields_of(staff, path) | {"title": "Cup", "cost": "4"}
    assert save(colleague, path, description="Blue", price="11").status_code == 303
    assert staff.post(path, data=mine).status_code == 303

    staff.get(path)
    assert staff.post(path, data=fields_of(staff, path) | {"title": "Beaker"}).status_code == 303
    product = product_of(app, product_id)
    assert (product.title, product.description, product.price_low) == ("Beaker", "Blue", 1100)
    assert product.variants[0].cost == 400


def test_a_variant_and_its_product_are_two_records(app, staff, colleague):
    product_id = add(staff, title="Shirt", price="10")
    path = f"/products/{product_id}"
    generate(staff, product_id, name1="Size", values1="S, M")
    small, medium = variants_of(app, product_id).values()
    variant = f"{path}/variants/{small.id}"

    staff.get(path)
    of_product = fields_of(staff, path) | {"title": "Linen shirt"}
    colleague.get(variant)
    of_variant = fields_of(colleague, variant) | {"price": "15", "sku": "S-1"}
    assert save(staff, variant, price="12").status_code == 303
    assert product_of(app, product_id).version == 2  # the options' names, and nothing since

    assert staff.post(path, data=of_product).status_code == 303
    assert variants_of(app, product_id)["S"].version == small.version + 1
    answer = colleague.post(variant, data=of_variant)
    panel = " ".join(colleague.page.find(class_="conflict").get_text().split())
    assert answer.status_code == 409
    assert "Price Yours €15.00 Theirs €12.00 Before €10.00" in panel
    assert variants_of(app, product_id)["S"].sku == ""

    assert save(colleague, f"{path}/variants/{medium.id}", price="11").status_code == 303
    assert product_of(app, product_id).price_low == 1100
    assert product_of(app, product_id).price_high == 1200


def test_a_forged_form_breaks_nothing(app, staff):
    product_id = add(staff, title="Mug", vendor="Potter")
    path = f"/products/{product_id}"

    for before in ("", "[]", "{", '{"title": 1}', "x" * 1000):
        assert save(staff, path, version="0", before=before).status_code == 303
    for variant in ("999", "1e9", "²"):
        assert save(staff, path, variant=variant, title="Other").status_code == 404
    assert product_of(app, product_id).version == 1
