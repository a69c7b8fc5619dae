"""A choice that someone else has removed: no other replaces it, and Enter saves none unintentionally."""

from tests.catalogue.form_helpers import add, fields_of, generate, picture, save, upload, variants_of
from tests.page_inspector import form_values


def chosen(client, action, name):
    """Return the selected choice in a form of the last page, and what the browser would send of it by Enter."""
    form = client.page.find("form", action=lambda path: path and path.partition("?")[0] == action)
    [option] = form.select(f"select[name={name}] option[selected]")
    return (option["value"], option.get_text()), form_values(form)


def test_a_value_that_was_renamed_meanwhile_is_not_taken_for_the_first(app, staff, colleague):
    product_id = add(staff)
    generate(staff, product_id, name1="Size", values1="S, M")
    page = f"/products/{product_id}/combinations"
    action = f"{page}/name"
    for browser in (staff, colleague):
        browser.get(page)
    mine, theirs = (fields_of(one, action) | {"of": "1 M"} for one in (staff, colleague))
    assert colleague.post(action, data=theirs | {"new": "L"}).status_code == 303

    assert staff.post(action, data=mine | {"new": "XL"}).status_code == 422

    told, again = chosen(staff, action, "of")
    assert told == ("1 M", "No longer available")
    assert staff.post(action, data=again).status_code == 422
    assert sorted(variants_of(app, product_id)) == ["L", "S"]


def test_a_picture_that_was_removed_meanwhile_leaves_the_variants_own(app, staff):
    product_id = add(staff)
    generate(staff, product_id, name1="Size", values1="S, M")
    upload(staff, product_id, picture(), picture())
    path = f"/products/{product_id}/variants/{variants_of(app, product_id)['M'].id}"
    assert save(staff, path, picture_id="1").status_code == 303

    assert save(staff, path, picture_id="77").status_code == 422

    told, again = chosen(staff, path, "picture_id")
    assert told == ("77", "No longer available")
    assert staff.post(path, data=again).status_code == 422
    assert variants_of(app, product_id)["M"].picture_id == 1
