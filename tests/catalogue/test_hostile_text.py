"""Hostile text in the forms of the catalogue: pages stay intact, and none of it is read as markup."""

from tests.catalogue.form_helpers import NEW, add, fields_of, generate, picture, upload, variants_of

HOSTILE = (
    "\"><img src=x id=pwned onerror=alert(1)>'",
    "<script id=pwned>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "\u202eright to left\u2066",
    "\U0001f375\U0001f468\u200d\U0001f469\u200d\U0001f467",
    '=HYPERLINK("http://evil.example")',
    "'; DROP TABLE products; --",
    "%s%n%00\\u0000\\",
    "a\x00b",
    "a\ud800b",
    "a\nb\rc\x1b[31m",
    "W" * 10_000,
    "W" * 90,
)
OF_PRODUCT = ("title", "description", "type", "vendor", "tags", "handle", "option1", "sku", "barcode")
NUMBERS = ("price", "compare_at", "cost", "weight", "low_stock", "status", "unit", "version", "before")


def look(browser, answer, *shown):
    """Check that the response is one of ours, and that its page and all others that show the text are intact."""
    assert answer.status_code in (303, 409, 422), answer.status_code
    for path in shown:
        assert browser.get(path).status_code == 200
        assert not browser.is_markup("pwned")
        assert "49" not in browser.tree.xpath("string(//main//h1)")


def encoded(fields):
    """Return fields as bytes, so that even invalid text can be sent."""
    return {name: value.encode(errors="surrogatepass") for name, value in fields.items()}


def test_hostile_text_breaks_no_page(app, staff):
    product_id = add(staff, title="Shirt")
    generate(staff, product_id, name1="Size", values1="S")
    upload(staff, product_id, picture())
    variant_id = variants_of(app, product_id)["S"].id
    path = f"/products/{product_id}"
    variant, gallery, combinations = f"{path}/variants/{variant_id}", f"{path}/pictures", f"{path}/combinations"
    pages = (path, variant, gallery, combinations, "/products")

    for text in HOSTILE:
        for action, names in {"/products/new": OF_PRODUCT, path: OF_PRODUCT[:7], variant: ("value1", "sku")}.items():
            staff.get(action)
            typed = fields_of(staff, action) | dict.fromkeys(names, text) | {"price": "1"}
            look(staff, staff.post(action, data=encoded(typed)))
        token = staff.token(gallery)
        staff.get(gallery)
        words = fields_of(staff, f"{gallery}/1") | {"alt": text}
        look(staff, staff.post(f"{gallery}/1", data=encoded(words)))
        rename = {"csrf_token": token, "of": "1 S", "new": text}
        look(staff, staff.post(f"{combinations}/name", data=encoded(rename)))
        more = {"csrf_token": token, "name1": text, "values1": text, "name2": text, "values2": text}
        answer = staff.post(f"{combinations}/preview", data=encoded(more))
        assert answer.status_code in (200, 422)
        look(
            staff, staff.post(path, data=encoded({**NEW, **dict.fromkeys(NUMBERS, text), "csrf_token": token})), *pages
        )
