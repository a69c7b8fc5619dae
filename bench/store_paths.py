"""The pages of the store that are measured: every list, each of its filters, searches, details, and the first page."""

from bench.store_rows import WIDE_PRODUCT, StoreSize
from shop.lists import cursor

STAFF = "staff3%40bench.example"
YEAR = "from=2025-09-22&to=2026-09-21"  # the last that was sold in


def all_paths(size: StoreSize) -> dict[str, str]:
    """Return the addresses by name, for a shop of that size."""
    return {
        **product_paths(size),
        **stock_paths(size),
        **order_paths(size),
        **customer_paths(size),
        **search_paths(size),
        **home_paths(),
        **log_paths(),
    }


def product_paths(size: StoreSize) -> dict[str, str]:
    """Return those of the products."""
    middle = size.products // 2 + 6
    return {
        "products": "/products",
        "products, page 20": "/products?page=20",
        "products, the last page": "/products?before=end",
        "products, active": "/products?status=active",
        "products, drafts": "/products?status=draft",
        "products, active, by title": "/products?status=active&sort=title",
        "products, archived": "/products?status=archived",
        "products, in stock": "/products?stock=in",
        "products, low": "/products?stock=low",
        "products, out": "/products?stock=out",
        "products, active and low": "/products?status=active&stock=low",
        "products, active and out, by title": "/products?status=active&stock=out&sort=title",
        "products, a type": "/products?type=Type+7",
        "products, a vendor": "/products?vendor=Vendor+7",
        "products, a vendor, active": "/products?vendor=Vendor+7&status=active",
        "products, a tag": "/products?tag=tag+7",
        "products, a tag, by title": "/products?tag=tag+7&sort=title",
        "products, a tag and a type, out": "/products?tag=tag+7&type=Type+7&stock=out",
        "products, by title": "/products?sort=title",
        "products, by price": "/products?sort=-price",
        "products, by stock": "/products?sort=stock",
        "products, a rare word": f"/products?q={middle}",
        "products, a word of all": "/products?q=thing",
        "products, a word of all, low": "/products?q=thing&stock=low&sort=price",
        "products, a SKU": f"/products?q=SKU-{2 * middle}",
        "products, the end of a barcode": f"/products?q={barcode_of(middle)[-4:]}",
        "one product": f"/products/{middle}",
        "one product, come from a list": f"/products/{middle}?list=status%3Dactive%26sort%3Dtitle",
        "one product of 100 variants": f"/products/{WIDE_PRODUCT}",
        "one variant": f"/products/{middle}/variants/{2 * middle}",
    }


def stock_paths(size: StoreSize) -> dict[str, str]:
    """Return those of the stock."""
    middle = size.products // 2 + 6
    return {
        "stock": "/stock",
        "stock, page 20": "/stock?page=20",
        "stock, the last page": "/stock?before=end",
        "stock, by on hand": "/stock?sort=-on-hand",
        "stock, by reserved": "/stock?sort=-committed",
        "stock, by available": "/stock?sort=available",
        "stock, low": "/stock?state=low",
        "stock, low, by available": "/stock?state=low&sort=available",
        "stock, out": "/stock?state=out",
        "stock, in stock": "/stock?state=in",
        "stock, in stock, by on hand": "/stock?state=in&sort=-on-hand",
        "stock, a barcode": f"/stock?q={barcode_of(middle)}",
        "stock, a word of all": "/stock?q=thing",
        "stock, a word of all, low": "/stock?q=thing&state=low",
        "stock of one variant": f"/stock/{middle}",
        "stock history": "/stock/history",
        "stock history, page 20": "/stock/history?page=20",
        "stock history, the last page": "/stock/history?before=end",
        "stock history, a person": f"/stock/history?by={STAFF}",
        "stock history, received": "/stock/history?reason=received",
        "stock history, two days": "/stock/history?since=2024-03-01&until=2024-03-02",
        "stock history, a year, a person": f"/stock/history?since=2024-01-01&until=2024-12-31&by={STAFF}",
        "stock history, a product": f"/stock/history?q=SKU-{middle}",
        "stock history, a word of all": "/stock/history?q=thing",
    }


def order_paths(size: StoreSize) -> dict[str, str]:
    """Return those of the orders."""
    middle, family = size.orders // 2, f"family{size.customers // 2}"
    return {
        "orders, open": "/orders",
        "orders, all": "/orders?tab=all",
        "orders, all, page 20": "/orders?tab=all&page=20",
        "orders, all, from the middle": f"/orders?tab=all&after={cursor.encode_cursor((middle, middle))}",
        "orders, all, the last page": "/orders?tab=all&before=end",
        "orders to ship": "/orders?tab=to-ship",
        "orders with a balance due": "/orders?tab=to-pay",
        "orders, canceled": "/orders?tab=cancelled",
        "orders, archived": "/orders?tab=archived",
        "orders, paid": "/orders?tab=all&payment=paid",
        "orders, unpaid": "/orders?tab=all&payment=pending",
        "orders, partly refunded": "/orders?tab=all&payment=partly+refunded",
        "orders, refunded": "/orders?tab=all&payment=refunded",
        "orders, partly paid (none)": "/orders?tab=all&payment=partly+paid",
        "orders, fulfilled": "/orders?tab=all&fulfilment=fulfilled",
        "orders, restocked": "/orders?tab=all&fulfilment=restocked",
        "orders, a tag": "/orders?tab=all&tag=tag+7",
        "orders, open with a tag": "/orders?tag=tag+7",
        "orders, a customer": f"/orders?tab=all&customer={family}",
        "orders of one customer": f"/orders?tab=all&customer_id={size.customers // 2}",
        "orders, a word of all customers": "/orders?tab=all&customer=bench",
        "orders, a product": f"/orders?tab=all&product=SKU-{size.variants // 2 + 1}",
        "orders, a word of all products": "/orders?tab=all&product=thing",
        "orders, an email address": f"/orders?tab=all&q=customer{size.customers // 2}%40bench.example",
        "orders, two days": "/orders?tab=all&from=2024-03-01&to=2024-03-02",
        "orders, a year": "/orders?tab=all&from=2024-01-01&to=2024-12-31",
        "orders, open of a year long past": "/orders?from=2022-01-01&to=2022-12-31",
        "orders, totals from 50 to 51": "/orders?tab=all&least=50&most=51",
        "orders, totals from 50, by total": "/orders?tab=all&least=50&sort=total",
        "orders, by total": "/orders?tab=all&sort=-total",
        "orders, fulfilled and unpaid (none)": "/orders?tab=all&fulfilment=fulfilled&payment=pending",
        "orders, archived, a tag, partly refunded": "/orders?tab=archived&tag=tag+7&payment=partly+refunded",
        "orders, a number in the search box": f"/orders?q=%23{1000 + middle}",
        "one order": f"/orders/{1000 + middle}",
        "one order of 100 lines, 200 comments": f"/orders/{1000 + size.long_order}",
        "a new order": "/orders/new",
    }


def customer_paths(size: StoreSize) -> dict[str, str]:
    """Return those of the customers."""
    middle = size.customers // 2
    return {
        "customers": "/customers",
        "customers, page 20": "/customers?page=20",
        "customers, the last page": "/customers?before=end",
        "customers, a name": f"/customers?q=family{middle}",
        "customers, a first name": "/customers?q=given7",
        "customers, a word of all": "/customers?q=bench",
        "customers, a word of all, by name": "/customers?q=bench&sort=name",
        "customers, an email address": f"/customers?q=customer{middle}%40bench.example",
        "customers, the end of a phone": f"/customers?q={1000000 + middle}",
        "customers, a tag": "/customers?tag=tag+7",
        "customers, marketing agreed": "/customers?marketing=yes",
        "customers, a tag, marketing agreed": "/customers?tag=tag+7&marketing=yes",
        "customers, by name": "/customers?sort=name",
        "customers, by orders": "/customers?sort=-orders",
        "customers, by spend": "/customers?sort=-spent",
        "one customer": f"/customers/{middle}",
    }


def search_paths(size: StoreSize) -> dict[str, str]:
    """Return those of the one search box; what names one record leads to it."""
    return {
        "search, a name": f"/search?q=family{size.customers // 2}",
        "search, a word of all products": "/search?q=thing",
        "search, a word of all customers": "/search?q=bench",
        "search, an order number": f"/search?q=%23{1000 + size.orders // 2}",
        "search, a SKU": f"/search?q=SKU-{size.products // 2}",
    }


def home_paths() -> dict[str, str]:
    """Return those of the first page."""
    return {
        "home, 30 days": "/?from=2026-08-23&to=2026-09-21",
        "home, a year": f"/?{YEAR}",
        "home, a year, average": f"/?{YEAR}&show=average",
        "home, ten years": "/?from=2016-09-23&to=2026-09-21",
    }


def log_paths() -> dict[str, str]:
    """Return those of what was done, and of the letters."""
    return {
        "audit log": "/audit",
        "audit log, page 20": "/audit?page=20",
        "audit log, the last page": "/audit?before=end",
        "audit log, a person": f"/audit?person={STAFF}",
        "audit log, an event": "/audit?event=signed_out",
        "audit log, a day": "/audit?day=2024-03-01",
        "audit log, a person and an event": f"/audit?person={STAFF}&event=signed_out",
        "audit log, one's own": "/audit/mine",
        "emails, delivered": "/outbox?outcome=delivered",
        "emails, delivered, page 20": "/outbox?outcome=delivered&page=20",
        "emails, failed": "/outbox?outcome=failed",
        "what can be undone": "/undo",
    }


def barcode_of(variant_id: int) -> str:
    """Return the barcode of a variant."""
    return str(4000000000000 + variant_id * 7919)
