"""Pages of stock, read and submitted as by a browser."""

from tests.page_inspector import form_values


def table_rows(client, path):
    """Return the first cell and the numbers of each row of a page's table."""
    assert client.get(path).status_code == 200
    found = client.page.select("table.rows tbody tr")
    return [
        (row.td.get_text(" ", strip=True), *(td.get_text(strip=True) for td in row.select("td.num:not(.units)")))
        for row in found
    ]


def row_names(client, path):
    return [row[0] for row in table_rows(client, path)]


def form_of(client, path, action):
    """Return the fields of the form that posts to that part of a variant's page, as a browser would send them."""
    client.get(path)
    return form_values(client.page.select_one(f"form[action*='/{action}']"))


def press(client, variant_id, action, **typed):
    """Fill one of the forms of a variant's page and submit it."""
    path = f"/stock/{variant_id}"
    return client.post(f"{path}/{action}", data=form_of(client, path, action) | typed)


def error_text(client):
    """Return the page's error text."""
    return client.page.select_one(".error-summary").get_text(" ", strip=True)
