"""The search box for orders, products and customers; and the keyboard shortcuts."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from shop.people.guards import any_role
from shop.search import sources
from shop.search.sources import LONGEST, MOST

search = Blueprint("search", __name__)


@search.get("/search")
@any_role
def show_results() -> ResponseReturnValue:
    """Redirect to the one record that was named exactly; otherwise show the matches, a few of each kind."""
    typed = "".join(c for c in request.args.get("q", "")[:LONGEST] if c.isprintable()).strip()
    if not typed:
        return render_template("search/results.html", typed="", found=[], most=MOST)
    for source in sources.sources.values():
        key = source.opens(typed)
        if key is not None:
            return redirect(source.page_of(key))
    return render_template("search/results.html", typed=typed, found=sources.search_all(typed), most=MOST)


@search.get("/keys")
@any_role
def show_shortcuts() -> ResponseReturnValue:
    """Show the keyboard shortcuts."""
    return render_template("search/shortcuts.html")
