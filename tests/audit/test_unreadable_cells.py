"""A cell has one spelling; any other, or an unreadable one, is named, and no page or export breaks."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from tests.audit.key_changes import Shop
from tests.conftest import browser_of
from tests.sample_people import OWNER
from tests.sign_in_flow import sign_in

pytestmark = pytest.mark.both_databases
SPELLED = {
    "details with a space": "details = replace(CAST(details AS TEXT), '{', '{ ')",
    "details with a doubled name": """details = replace(CAST(details AS TEXT), '{', '{"address": "x", ')""",
    "details with an escape": r"details = replace(CAST(details AS TEXT), 'address', '\u0061ddress')",
    "details that are a list": "details = '[]'",
}
ON_SQLITE = {
    "a time without signs": "at = replace(replace(replace(at, '-', ''), ' ', 'T'), ':', '')",
    "a time with a T": "at = replace(at, ' ', 'T')",
    "a time with a zone": "at = at || '+00:00'",
    "a time of seconds": "at = '2020-01-01 00:00:00'",
    "a time of a number": "at = CAST(1 AS BLOB)",
    "half a pair": r"""details = '{"address": "\ud800"}'""",
    **{f"{name} of bytes": f'"{name}" = CAST("{name}" AS BLOB)' for name in ("event", "by", "hash", "key_id")},
    "a text that is no UTF-8": """"by" = CAST(x'ff' AS TEXT)""",
}
ON_POSTGRESQL = {
    "a time without end": "at = 'infinity'",
    "a time before all": "at = '-infinity'",
    "the same time before Christ": "at = '2026-01-01 00:00:00+00 BC'",
    "a far time": "at = '12026-01-01'",
    "details of many floors": "details = (repeat('[', 3000) || repeat(']', 3000))::json",
}


@pytest.fixture
def shop(environ, sink, tmp_path):
    shop = Shop(environ, tmp_path)
    shop.browser = browser_of(shop.app)
    sign_in(shop.app, shop.browser, sink, OWNER)
    yield shop
    shop.close()


def must_be_named(shop, cell, number):
    shop.write(text(f"UPDATE audit_entries SET {cell} WHERE id = {number}".replace(":", r"\:")))

    status, said = shop.verify()
    assert (status, said["fault"]) == (1, f"entry {number} can't be read")
    for path in ("/audit", f"/audit?day={datetime.now(UTC).date()}", "/audit/mine", "/"):
        assert shop.browser.get(path).status_code == 200
    assert f"Entry {number} can't be read" in shop.browser.get("/audit").text
    assert f"Entry {number} can&#39;t be read" in shop.browser.submit("/audit/check", of="/audit").text
    exported = shop.browser.submit("/audit/export", of="/audit")
    assert (exported.status_code, f"entry {number} cannot be read" in exported.text) == (200, True)


@pytest.mark.parametrize("cell", SPELLED)
def test_details_of_another_spelling_are_named(shop, environ, cell):
    to_json = {"sqlite": "{}", "postgr": "({})::json"}[environ["DATABASE_URL"][:6]]
    name, _, value = SPELLED[cell].partition(" = ")
    must_be_named(shop, f"{name} = {to_json.format(value)}", 3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("cell", ON_SQLITE)
def test_what_sqlite_keeps_in_a_cell_is_named(shop, cell):
    must_be_named(shop, ON_SQLITE[cell], 3)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("cell", ON_POSTGRESQL)
def test_what_postgresql_keeps_in_a_cell_is_named(shop, cell):
    must_be_named(shop, ON_POSTGRESQL[cell], 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("cell", ["count = x'ff'", "seal = CAST(x'ff' AS TEXT)", "hash = CAST(hash AS BLOB)"])
def test_an_end_that_cannot_be_read_is_told_and_the_shop_stays_open(shop, cell):
    shop.write(text(f"UPDATE audit_heads SET {cell}"))
    assert "the end of the log was not written with any key" in shop.fault()
    assert "The end of the log was not written with any key" in shop.browser.submit("/audit/check", of="/audit").text
    assert shop.browser.page.find("input", {"name": "shown"})["value"]

    shop.act()
    assert "the entries before entry" in shop.fault()
    assert shop.run("accept-gap", "--yes").exit_code == 0
    assert shop.fault() is None


NUMBERS = ["NULL", "CAST('1' AS TEXT)", "1.5", "9223372036854775807"]


def made_anew(shop, table, columns):
    """Recreate a table from its content, without its key and types."""
    shop.write(
        text(f"CREATE TABLE made AS SELECT {columns} FROM {table}"),
        text(f"DROP TABLE {table}"),
        text(f"ALTER TABLE made RENAME TO {table}"),
    )


ENTRY = 'at, event, "by", about, network, request_id, details, key_id, hash'


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", NUMBERS)
def test_an_entry_that_has_no_number_is_named(shop, number):
    made_anew(shop, "audit_entries", f"CASE id WHEN 2 THEN {number} ELSE id END AS id, {ENTRY}")

    status, said = shop.verify()

    assert (status, said["whole"]) == (1, False)
    for path in ("/audit", "/audit?person=test", "/audit?event=blocked"):
        assert shop.browser.get(path).status_code == 200
    assert shop.browser.submit("/audit/check", of="/audit").status_code == 200
    assert shop.browser.submit("/audit/export", of="/audit").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_end_whose_number_is_a_text_is_named(shop):
    made_anew(shop, "audit_heads", "id, CAST(count AS TEXT) AS count, hash, seal")

    status, said = shop.verify()

    assert (status, said["whole"]) == (1, False)
    assert shop.browser.submit("/audit/check", of="/audit").status_code == 200
    assert shop.browser.submit("/audit/export", of="/audit").status_code == 200
