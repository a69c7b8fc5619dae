"""Options and their values make variants; existing ones keep their id, price and stock."""

from tests.catalogue.form_helpers import add, generate, product_of, save, variants_of

SIZES = {"name1": "Size", "values1": "S, M, s"}
BOTH = {"name1": "Size", "values1": "L", "name2": "Colour", "values2": "Red, Blue"}


def test_the_preview_says_what_is_added_and_changes_nothing(app, staff):
    product_id = add(staff, title="Shirt", sku="SH-1", price="10")
    answer = generate(staff, product_id, "/preview", **SIZES)

    text = " ".join(staff.page.main.get_text().split())
    assert answer.status_code == 200
    assert "Shirt becomes S" in text
    assert "1 new variant M" in text
    assert list(variants_of(app, product_id)) == [""]


def test_what_is_there_keeps_its_id_whatever_is_added(app, staff):
    product_id = add(staff, title="Shirt", sku="SH-1", price="10")
    [only] = variants_of(app, product_id).values()

    assert generate(staff, product_id, **SIZES).status_code == 303
    first = variants_of(app, product_id)
    assert list(first) == ["S", "M"]
    assert (first["S"].id, first["S"].sku, first["M"].sku, first["M"].price) == (only.id, "SH-1", "", 1000)

    assert generate(staff, product_id, **BOTH).status_code == 303
    second = variants_of(app, product_id)
    assert sorted(second) == ["L / Blue", "L / Red", "M / Blue", "M / Red", "S / Blue", "S / Red"]
    assert (second["S / Red"].id, second["M / Red"].id) == (only.id, first["M"].id)

    again = product_of(app, product_id).version
    assert generate(staff, product_id, name1="Size", name2="Colour").status_code == 303
    assert product_of(app, product_id).version == again
    assert product_of(app, product_id).stock_state == "out"


def test_a_renamed_value_keeps_the_variants(app, staff):
    product_id = add(staff, title="Shirt")
    generate(staff, product_id, **BOTH)
    before = {title: variant.id for title, variant in variants_of(app, product_id).items()}
    path = f"/products/{product_id}/combinations"

    token = staff.token(path)
    renamed = staff.post(f"{path}/name", data={"csrf_token": token, "of": "2 Red", "new": "Crimson"})
    assert renamed.status_code == 303
    after = {title: variant.id for title, variant in variants_of(app, product_id).items()}
    assert after == {title.replace("Red", "Crimson"): number for title, number in before.items()}

    taken = staff.post(f"{path}/name", data={"csrf_token": token, "of": "2 Crimson", "new": "blue"})
    assert taken.status_code == 422
    assert "The variant L / blue already exists." in staff.page.get_text()
    forged = staff.post(f"{path}/name", data={"csrf_token": token, "of": "9 Blue", "new": "x"})
    assert forged.status_code == 422

    variant = f"/products/{product_id}/variants/{after['L / Blue']}"
    assert save(staff, variant, value2="Navy").status_code == 303
    assert variants_of(app, product_id)["L / Navy"].id == after["L / Blue"]
    assert save(staff, variant, value2="CRIMSON").status_code == 422
    assert save(staff, variant, value2="").status_code == 422
    assert variants_of(app, product_id)["L / Navy"].id == after["L / Blue"]


def test_there_is_a_most_and_every_slip_has_its_sentence(app, staff):
    product_id = add(staff, title="Shirt")
    fourteen, fifteen = (",".join(f"v{number}" for number in range(most)) for most in (14, 15))
    refused = {
        "more than the 200 variants": {"name1": "A", "values1": fifteen, "name2": "B", "values2": fourteen},
        "at most 50 tags": {"name1": "A", "values1": ",".join(str(number) for number in range(51))},
        "at least one value": {"name1": "A"},
        "needs a name": {"name1": "A", "values1": "x", "values2": "y"},
        "starting with the first": {"name1": "A", "values1": "x", "name3": "C", "values3": "y"},
        "same name": {"name1": "A", "values1": "x", "name2": "a", "values2": "y"},
    }

    for sentence, typed in refused.items():
        for step in ("/preview", ""):
            answer = generate(staff, product_id, step, **typed)
            assert answer.status_code == 422, sentence
            assert sentence in staff.page.get_text()
    assert list(variants_of(app, product_id)) == [""]

    assert generate(staff, product_id, name1="A", values1=fourteen, name2="B", values2=fourteen).status_code == 303
    assert len(variants_of(app, product_id)) == 196

    kept = save(staff, f"/products/{product_id}", option2="")
    assert kept.status_code == 422
    assert "Variants have values for this option" in staff.page.get_text()


def test_a_variant_is_added_and_removed_by_hand(app, staff):
    product_id = add(staff, title="Shirt", price="10")
    only = variants_of(app, product_id)[""].id
    path = f"/products/{product_id}"

    stays = staff.submit(f"{path}/variants/{only}/removal", of=path, follow_redirects=True)
    assert "only variant, so it can" in stays.get_data(as_text=True)

    generate(staff, product_id, **SIZES)
    new = f"{path}/variants/new"
    assert save(staff, new, value1="XL", price="12", sku="SH-XL").status_code == 303
    assert save(staff, new, value1="xl").status_code == 422
    assert save(staff, new, value1="").status_code == 422
    assert list(variants_of(app, product_id)) == ["S", "M", "XL"]
    assert product_of(app, product_id).price_high == 1200
    assert staff.get("/products?q=SH-XL").status_code == 200

    extra = variants_of(app, product_id)["XL"].id
    assert staff.submit(f"{path}/variants/{extra}/removal", of=path).status_code == 303
    assert list(variants_of(app, product_id)) == ["S", "M"]
    assert product_of(app, product_id).price_high == 1000
