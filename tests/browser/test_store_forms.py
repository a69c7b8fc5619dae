"""Every form of the store: all of it by keyboard, with a visible focus, and all of it without scripts."""

import pytest

from tests.browser.filled_shop import get_filled_shop

CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"
# What Tab must reach: everything visible, and of each radio group the selected button, or any.
WATCH = """controls => {
  const seen = window.seen = {missed: [], faint: [], hidden: []};
  const name = one =>
    (one.labels?.[0]?.textContent || one.getAttribute("aria-label") || one.textContent || one.name).trim();
  const group = one => one.type === "radio" ? one.name : one;
  const wanted = window.wanted = new Map();
  for (const one of document.querySelectorAll(controls))
    if (one.checkVisibility() && !one.disabled && one.tabIndex >= 0) wanted.set(group(one), name(one));
  document.addEventListener("focusin", ({target}) => {
    wanted.delete(group(target));
    const style = getComputedStyle(target);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) seen.faint.push(name(target));
    const box = target.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
    const isInSight = top && (target.contains(top) || top.contains(target) || top.control === target);
    if (!isInSight) seen.hidden.push(name(target));
  });
  return wanted.size;
}"""

CAN_BE_SENT = """forms => forms.map(form => [
  form.getAttribute("action"),
  [...form.querySelectorAll("button:not([type=button])")].some(button => button.checkVisibility()),
])"""


def addresses(shop):
    """Return the path of each form."""
    has = get_filled_shop(shop)
    order, parcel = (f"/orders/{has.orders[name]}" for name in ("new", "paid"))
    person, shirt = f"/customers/{has.customers['ada']}", f"/products/{has.products['shirt']}"
    return [
        "/settings",
        "/products/new",
        shirt,
        f"{shirt}/pictures",
        f"{shirt}/combinations",
        f"{shirt}/variants/new",
        f"{shirt}/variants/{has.variants['shirt'][0]}",
        f"/stock/{has.variants['mug'][0]}",
        "/stock",
        "/stock?as=count",
        "/stock/history",
        "/orders",
        "/orders/new",
        order,
        f"{order}/edit",
        f"{order}/payments/new",
        f"{order}/cancellation",
        f"{order}/archive",
        f"{parcel}/shipments/new",
        f"{parcel}/refunds/new",
        "/customers",
        "/customers/new",
        person,
        f"{person}/addresses/new",
        f"{person}/merge/{has.customers['twin']}",
        f"{person}/erasure",
        "/",
    ]


def open_all(page):
    """Open everything that can be opened on the page itself; a menu covers others, and is checked when it is used."""
    for summary in page.locator("main details:not(.menu) > summary").all():
        if summary.is_visible() and summary.locator("..").get_attribute("open") is None:
            summary.click()


@pytest.mark.slow
def test_tab_comes_to_all_of_every_form_and_the_focus_is_in_sight(shop):
    page = shop.as_owner("/")
    found = {}
    for address in addresses(shop):
        page.goto(shop.url + address)
        open_all(page)
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        for _ in range(page.evaluate(WATCH, CONTROLS) + 8):
            page.keyboard.press("Tab")
        seen = page.evaluate("({...seen, missed: [...wanted.values()]})")
        found |= {f"{address} {kind}": names for kind, names in seen.items() if names}

    assert found == {}


@pytest.mark.parametrize("start", ["/orders", pytest.param("/", marks=pytest.mark.slow)])
def test_every_form_can_be_sent_without_scripts(shop, start):
    page = shop.as_owner("/", java_script_enabled=False)
    found = {}

    for address in filter(lambda one: one.startswith(start), addresses(shop)):
        page.goto(shop.url + address)
        open_all(page)
        for summary in page.locator("main details.menu > summary").all():
            summary.click()
        sent = page.locator("main form").evaluate_all(CAN_BE_SENT)
        assert sent, address
        if stuck := [action for action, can_be_sent in sent if not can_be_sent]:
            found[address] = stuck
        assert not page.locator("main :is(input, select, textarea, button):disabled").count(), address
    assert found == {}
