{# A shop of any size, the same each time: what stands in a column follows from the row's number by arithmetic. #}
{% macro numbers(most) %}WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {{ most }}){% endmacro %}
{% macro mixed(of, salt, most) %}((CAST({{ of }} AS BIGINT) * 2654435761 + {{ salt }} * 40503) / 65536 % {{ most }}){% endmacro %}
{% macro state(units) %}CASE WHEN {{ units }} = 0 THEN 'out' WHEN {{ units }} <= 5 THEN 'low' ELSE 'in' END{% endmacro %}
{# Half of the products are archived, and all that is left of those is low, or out. #}
{% macro left(product) %}CASE WHEN {{ product }} % 10 BETWEEN 1 AND 5 THEN {{ mixed(product, 5, 6) }} ELSE {{ mixed(product, 5, 60) }} END{% endmacro %}
{% macro staff(of) %}'staff' || ({{ of }} % 5) || '@bench.example'{% endmacro %}
{% set product = "CASE WHEN n > " ~ size.variants ~ " THEN " ~ wide_product ~ " ELSE (n + 1) / 2 END" %}
{% set order = "CASE WHEN n > " ~ size.lines ~ " THEN " ~ size.long_order ~ " ELSE (n + 1) / 2 END" %}
{% set variant = "1 + n % " ~ size.variants %}
{% set waits = "n > " ~ (size.orders - size.waiting) %}
{% set unpaid = "(n > " ~ (size.orders - size.waiting) ~ " AND n % 3 = 0)" %}
{% set gone = "(n % 50 = 3 AND n <= " ~ (size.orders - size.waiting) ~ ")" %}
{% set old = "(n <= " ~ size.put_away ~ ")" %}
{% set back = "(n % 40 = 5 AND n <= " ~ (size.orders - size.waiting) ~ ")" %}
{% set goods = "2 * (500 + " ~ mixed("n", 11, 9000) ~ ")" %}
{% set total = "(490 + " ~ goods ~ ")" %}
{% set returned = "CASE WHEN " ~ back ~ " THEN CASE WHEN n % 400 = 5 THEN " ~ total ~ " ELSE 500 END ELSE 0 END" %}
{% set placed = newest ~ " - CAST(" ~ size.orders ~ " - n AS BIGINT) * " ~ size.gap %}

INSERT INTO products (
  id, title, title_key, handle, description, type, vendor, status, option1, option2, option3, price_low, price_high,
  available, stock_state, created_at, updated_at, version
)
{{ numbers(size.products) }}
SELECT
  n, 'Thing ' || {{ mixed("n", 1, 900) }} || ' no ' || n, 'thing ' || {{ mixed("n", 1, 900) }} || ' no ' || n,
  'thing-' || n, 'What it is, in a sentence or two.', 'Type ' || {{ mixed("n", 2, 40) }},
  'Vendor ' || {{ mixed("n", 3, 400) }},
  CASE WHEN n % 10 = 0 THEN 'draft' WHEN n % 10 <= 5 THEN 'archived' ELSE 'active' END,
  'Size', '', '', 500 + {{ mixed("n", 4, 9000) }}, 500 + {{ mixed("n", 4, 9000) }}, 2 * {{ left("n") }},
  {{ state(left("n")) }}, {{ at(newest ~ " - n * 60") }}, {{ at(newest ~ " - n * 60") }}, 1
FROM numbers;

INSERT INTO product_tags (product_id, tag) SELECT id, 'tag ' || {{ mixed("id", 6, 50) }} FROM products;

INSERT INTO variants (
  id, product_id, title_key, is_sold, position, value1, value2, value3, sku, barcode, price, compare_at, cost, weight,
  taxable, requires_shipping, continue_selling, low_stock, low_at, on_hand, committed, available, stock_state,
  picture_id, version
)
{{ numbers(size.variants + 98) }}
SELECT
  n, products.id, title_key, status = 'active', CASE WHEN n > {{ size.variants }} THEN n - {{ size.variants - 2 }} ELSE n % 2 END,
  CASE WHEN n > {{ size.variants }} THEN 'Size ' || n WHEN n % 2 = 0 THEN 'Large' ELSE 'Small' END, '', '', 'SKU-' || n,
  CAST(4000000000000 + CAST(n AS BIGINT) * 7919 AS TEXT), price_low, NULL, NULL, 250, TRUE, TRUE, FALSE, NULL, 5,
  {{ left("products.id") }}, 0, {{ left("products.id") }}, {{ state(left("products.id")) }}, NULL, 1
FROM numbers JOIN products ON products.id = {{ product }};

INSERT INTO customers (
  id, name, name_key, email, phone, note, accepts_marketing, marketing_changed_at, orders, spent, spent_by_currency,
  last_order_at, created_at, updated_at, erased_at, version
)
{{ numbers(size.customers) }}
SELECT
  n, 'Given' || {{ mixed("n", 7, 300) }} || ' Family' || n, 'given' || {{ mixed("n", 7, 300) }} || ' family' || n,
  'customer' || n || '@bench.example', '+49 151 ' || (1000000 + n), '', n % 4 = 0, NULL, 5,
  {{ mixed("n", 8, 90000) }}, {{ json("'{\"EUR\": ' || " ~ mixed("n", 8, 90000) ~ " || '}'") }}, {{ at(newest) }},
  {{ at(newest ~ " - n * 60") }}, {{ at(newest ~ " - n * 60") }}, NULL, 1
FROM numbers;

INSERT INTO customer_addresses (id, customer_id, is_default, fields)
SELECT id, id, TRUE, {{ json("'{\"line1\": \"' || id || ' Mill Lane\", \"city\": \"Berlin\", \"country\": \"DE\"}'") }}
FROM customers;

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
  {{ at(placed) }}, {{ staff("n") }}, CASE WHEN n % 100 = 7 THEN 'USD' ELSE 'EUR' END, TRUE, 1900, 490, 'Parcel', 0, '',
  '', {{ json("'{}'") }}, {{ json("'{}'") }}, CASE WHEN {{ gone }} THEN {{ at(placed) }} END, '',
  CASE WHEN {{ old }} THEN {{ at(placed) }} END, 1, {{ goods }}, 0, {{ total }},
  CASE WHEN {{ unpaid }} OR {{ gone }} THEN 0 ELSE {{ total }} END, {{ returned }}, {{ returned }}, 2,
  CASE WHEN {{ gone }} THEN 'cancelled' WHEN {{ old }} THEN 'archived' ELSE 'open' END,
  CASE WHEN {{ gone }} THEN 'voided' WHEN {{ unpaid }} THEN 'pending' WHEN {{ back }} AND n % 400 = 5 THEN 'refunded'
    WHEN {{ back }} THEN 'partly refunded' ELSE 'paid' END,
  CASE WHEN {{ gone }} THEN 'restocked' WHEN {{ waits }} THEN 'unfulfilled' ELSE 'fulfilled' END, {{ waits }}, {{ unpaid }}
FROM numbers;

INSERT INTO order_lines (
  id, order_id, position, product_id, variant_id, title, variant_title, sku, price, quantity, taxable, requires_shipping,
  discount, tax
)
{{ numbers(size.lines + 98) }}
SELECT
  n, {{ order }}, CASE WHEN n > {{ size.lines }} THEN n - {{ size.lines - 2 }} ELSE n % 2 END, ({{ variant }} + 1) / 2,
  {{ variant }}, 'Thing', 'Small', 'SKU-' || ({{ variant }}), 500 + {{ mixed(order, 11, 9000) }}, 1, TRUE, TRUE, 0, 0
FROM numbers;

INSERT INTO order_tags (order_id, tag) SELECT id, 'tag ' || {{ mixed("id", 13, 50) }} FROM orders WHERE id % 4 = 0;

INSERT INTO payments (id, order_id, at, by, amount, method, reference, key)
SELECT id, id, placed_at, placed_by, total, 'card', '', 'bench-' || id FROM orders WHERE paid > 0;

INSERT INTO refunds (id, order_id, at, by, amount, shipping, credit, reason, key)
SELECT id, id, placed_at, placed_by, refunded, 0, credited, 'It broke', 'bench-' || id FROM orders WHERE refunded > 0;

INSERT INTO shipments (id, order_id, at, by, carrier, tracking, tracking_url, key)
SELECT id, id, placed_at, placed_by, 'Post', 'T' || id, '', 'bench-' || id FROM orders WHERE fulfilment_state = 'fulfilled';

INSERT INTO shipment_lines (id, shipment_id, line_id, units)
SELECT order_lines.id, shipments.id, order_lines.id, 1
FROM order_lines JOIN shipments ON shipments.id = order_lines.order_id;

INSERT INTO order_events (id, order_id, at, by, kind, comment, details)
SELECT id, id, placed_at, placed_by, 'placed', '', {{ json("'{\"units\": 2, \"total\": ' || total || '}'") }} FROM orders;

INSERT INTO order_events (id, order_id, at, by, kind, comment, details)
{{ numbers(200) }}
SELECT {{ size.orders }} + n, {{ size.long_order }}, {{ at(newest) }}, {{ staff("n") }}, 'comment', 'Called, no answer.', {{ json("'{}'") }}
FROM numbers;

INSERT INTO stock_movements (id, variant_id, at, by, delta, total, reason, note, order_id, key)
SELECT id, id, {{ at(newest ~ " - " ~ size.orders ~ " * CAST(" ~ size.gap ~ " AS BIGINT)") }}, {{ staff("id") }}, on_hand,
  on_hand, 'received', '', NULL, 'received-' || id
FROM variants;

INSERT INTO stock_movements (id, variant_id, at, by, delta, total, reason, note, order_id, key)
SELECT {{ size.variants + 98 }} + line_id, variant_id, at, by, -1, 0, 'sold', '', shipments.order_id, 'shipped:' || line_id
FROM shipment_lines JOIN shipments ON shipments.id = shipment_id JOIN order_lines ON order_lines.id = line_id;

INSERT INTO letters (
  id, kind, ref, "to", data, message_id, posted_at, due_at, attempts, outcome, settled_at, never_reached
)
SELECT id, 'order_shipped', CAST(id AS TEXT), email, {{ json("'{}'") }}, 'bench-' || id, placed_at, placed_at, 1,
  CASE WHEN id % 1000 = 0 THEN 'failed' ELSE 'delivered' END, placed_at, FALSE
FROM orders WHERE id % 20 = 0;

INSERT INTO audit_entries (id, at, event, by, about, network, request_id, details, key_id, hash)
SELECT id, placed_at, CASE WHEN id % 20 = 1 THEN 'signed_out' ELSE 'order_placed' END, {{ staff("(id / 20)") }},
  CASE WHEN id % 20 = 1 THEN {{ staff("(id / 20)") }} ELSE '' END, '127.0.0.1', 'bench', CASE WHEN id % 20 = 1
  THEN {{ json("'{\"address\": \"' || placed_by || '\", \"session\": 1}'") }}
  ELSE {{ json("'{\"order\": ' || number || ', \"total\": ' || total || ', \"currency\": \"EUR\"}'") }} END, '', ''
FROM orders;

UPDATE audit_heads SET count = {{ size.orders }};

{% for kind, word, key, table in [
  ("product", "'thing'", "id", "products"),
  ("product", "CAST(" ~ mixed("id", 1, 900) ~ " AS TEXT)", "id", "products"),
  ("product", "CAST(id AS TEXT)", "id", "products"),
  ("product", "'vendor'", "id", "products"),
  ("product", "'sku'", "product_id", "variants"),
  ("product", "'sku' || id", "product_id", "variants"),
  ("product", "CAST(id AS TEXT)", "product_id", "variants"),
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
