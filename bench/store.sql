{# A shop of any size, the same each time: what stands in a column follows from the row's number by arithmetic. #}
{% macro numbers(most) %}WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {{ most }}){% endmacro %}
{% macro mixed(of, salt, most) %}((CAST({{ of }} AS BIGINT) * 2654435761 + {{ salt }} * 40503) / 65536 % {{ most }}){% endmacro %}
{% macro state(units) %}CASE WHEN {{ units }} = 0 THEN 'out' WHEN {{ units }} <= 5 THEN 'low' ELSE 'in' END{% endmacro %}
{% set product = "(n + 1) / 2" %}
{% set waits = "n > " ~ waiting %}
{% set unpaid = "(n > " ~ waiting ~ " AND n % 3 = 0)" %}
{% set goods = "2 * (500 + " ~ mixed("n", 11, 9000) ~ ")" %}

INSERT INTO products (
  id, title, title_key, handle, description, type, vendor, status, option1, option2, option3, price_low, price_high,
  available, stock_state, created_at, updated_at, version
)
{{ numbers(size.products) }}
SELECT
  n, 'Thing ' || {{ mixed("n", 1, 900) }} || ' no ' || n, 'thing ' || {{ mixed("n", 1, 900) }} || ' no ' || n,
  'thing-' || n, 'What it is, in a sentence or two.', 'Type ' || {{ mixed("n", 2, 40) }},
  'Vendor ' || {{ mixed("n", 3, 400) }},
  CASE WHEN n % 10 = 0 THEN 'draft' WHEN n % 10 = 1 THEN 'archived' ELSE 'active' END,
  'Size', '', '', 500 + {{ mixed("n", 4, 9000) }}, 500 + {{ mixed("n", 4, 9000) }}, 2 * {{ mixed("n", 5, 60) }},
  {{ state(mixed("n", 5, 60)) }}, {{ at(newest ~ " - n * 60") }}, {{ at(newest ~ " - n * 60") }}, 1
FROM numbers;

INSERT INTO product_tags (product_id, tag) SELECT id, 'tag ' || {{ mixed("id", 6, 50) }} FROM products;

INSERT INTO variants (
  id, product_id, position, value1, value2, value3, sku, barcode, price, compare_at, cost, weight, taxable,
  requires_shipping, continue_selling, low_stock, low_at, on_hand, committed, available, stock_state, picture_id, version
)
{{ numbers(size.products * 2) }}
SELECT
  n, {{ product }}, n % 2, CASE WHEN n % 2 = 0 THEN 'Large' ELSE 'Small' END, '', '', 'SKU-' || n,
  CAST(4000000000000 + CAST(n AS BIGINT) * 7919 AS TEXT), 500 + {{ mixed(product, 4, 9000) }}, NULL, NULL, 250, TRUE,
  TRUE, FALSE, NULL, 5, {{ mixed(product, 5, 60) }}, 0, {{ mixed(product, 5, 60) }}, {{ state(mixed(product, 5, 60)) }},
  NULL, 1
FROM numbers;

INSERT INTO stock_movements (id, variant_id, at, by, delta, total, reason, note, order_id, key)
SELECT id, id, {{ at(newest) }}, 'owner@bench.example', on_hand, on_hand, 'received', '', NULL, 'bench-' || id
FROM variants;

INSERT INTO customers (
  id, name, name_key, email, phone, note, accepts_marketing, marketing_changed_at, orders, spent, spent_by_currency,
  last_order_at, created_at, updated_at, erased_at, version
)
{{ numbers(size.customers) }}
SELECT
  n, 'Given' || {{ mixed("n", 7, 300) }} || ' Family' || n, 'given' || {{ mixed("n", 7, 300) }} || ' family' || n,
  'customer' || n || '@bench.example', '+49 151 ' || (1000000 + n), '', FALSE, NULL, 5, {{ mixed("n", 8, 90000) }},
  {{ json("'{}'") }}, {{ at(newest) }}, {{ at(newest ~ " - n * 60") }}, {{ at(newest ~ " - n * 60") }}, NULL, 1
FROM numbers;

INSERT INTO customer_tags (customer_id, tag)
SELECT id, 'tag ' || {{ mixed("id", 9, 50) }} FROM customers WHERE id % 3 = 0;

INSERT INTO orders (
  id, number, key, customer_id, email, placed_at, placed_by, currency, prices_include_tax, tax_rate, shipping,
  shipping_method, discount, discount_code, note, billing, delivery, cancelled_at, cancel_reason, archived_at, version,
  subtotal, tax, total, paid, refunded, credited, units, status, payment_state, fulfilment_state, is_to_ship, is_to_pay
)
{{ numbers(size.orders) }}
SELECT
  n, 1000 + n, 'bench-' || n, 1 + n % {{ size.customers }}, 'customer' || (1 + n % {{ size.customers }}) || '@bench.example',
  {{ at(newest ~ " - CAST(" ~ size.orders ~ " - n AS BIGINT) * " ~ gap) }}, 'owner@bench.example', 'EUR', TRUE, 1900, 490,
  'Parcel', 0, '', '', {{ json("'{}'") }}, {{ json("'{}'") }}, NULL, '', NULL, 1, {{ goods }}, 0, 490 + {{ goods }},
  CASE WHEN {{ unpaid }} THEN 0 ELSE 490 + {{ goods }} END, 0, 0, 2, 'open',
  CASE WHEN {{ unpaid }} THEN 'pending' ELSE 'paid' END, CASE WHEN {{ waits }} THEN 'unfulfilled' ELSE 'fulfilled' END,
  {{ waits }}, {{ unpaid }}
FROM numbers;

INSERT INTO order_lines (
  id, order_id, position, product_id, variant_id, title, variant_title, sku, price, quantity, taxable, requires_shipping,
  discount, tax
)
{{ numbers(size.orders * 2) }}
SELECT
  n, (n + 1) / 2, n % 2, (n % {{ size.products * 2 }} + 2) / 2, 1 + n % {{ size.products * 2 }}, 'Thing', 'Small',
  'SKU-' || (1 + n % {{ size.products * 2 }}), 500 + {{ mixed(product, 11, 9000) }}, 1, TRUE, TRUE, 0, 0
FROM numbers;

INSERT INTO order_tags (order_id, tag) SELECT id, 'tag ' || {{ mixed("id", 13, 50) }} FROM orders WHERE id % 4 = 0;

INSERT INTO payments (id, order_id, at, by, amount, method, reference, key)
SELECT id, id, placed_at, placed_by, total, 'card', '', 'bench-' || id FROM orders WHERE paid > 0;

INSERT INTO shipments (id, order_id, at, by, carrier, tracking, tracking_url, key)
SELECT id, id, placed_at, placed_by, 'Post', 'T' || id, '', 'bench-' || id FROM orders WHERE NOT is_to_ship;

INSERT INTO shipment_lines (id, shipment_id, line_id, units)
SELECT order_lines.id, shipments.id, order_lines.id, 1
FROM order_lines JOIN shipments ON shipments.id = order_lines.order_id;

INSERT INTO order_events (id, order_id, at, by, kind, comment, details)
SELECT id, id, placed_at, placed_by, 'placed', '', {{ json("'{\"units\": 2, \"total\": ' || total || '}'") }} FROM orders;

{% for kind, word, key, table in [
  ("product", "'thing'", "id", "products"),
  ("product", "CAST(" ~ mixed("id", 1, 900) ~ " AS TEXT)", "id", "products"),
  ("product", "CAST(id AS TEXT)", "id", "products"),
  ("product", "'vendor'", "id", "products"),
  ("product", "'sku' || id", "product_id", "variants"),
  ("product", "barcode", "product_id", "variants"),
  ("product", "substr(barcode, 10)", "product_id", "variants"),
  ("customer", "'given' || " ~ mixed("id", 7, 300), "id", "customers"),
  ("customer", "'family' || id", "id", "customers"),
  ("customer", "'customer' || id", "id", "customers"),
  ("customer", "'bench'", "id", "customers"),
  ("customer", "CAST(1000000 + id AS TEXT)", "id", "customers"),
  ("customer", "substr(CAST(1000000 + id AS TEXT), 4)", "id", "customers"),
] %}
INSERT INTO search_words (kind, word, record_id)
SELECT '{{ kind }}', {{ word }}, {{ key }} FROM {{ table }} WHERE TRUE ON CONFLICT DO NOTHING;

{% endfor %}
