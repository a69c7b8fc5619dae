"""Every route's response to every kind of person: a file for each room, all of them read here.

A file has OUTCOMES. It may have LAST, the endpoints that end what others need, in their order. It may have values(app),
which creates the objects in its routes' URLs, and returns their ids by argument: {"product_id": 1}.
"""

import importlib
import pkgutil

MODULES = [
    importlib.import_module(f"{__name__}.{found.name}")
    for found in pkgutil.iter_modules(__path__)
    if found.name != "kinds"
]
OUTCOMES = {name: row for module in MODULES for name, row in module.OUTCOMES.items()}
LAST = [name for module in MODULES for name in getattr(module, "LAST", ())]


def values_of(app):
    """Create the objects in the URLs."""
    return {
        name: value for module in MODULES if hasattr(module, "values") for name, value in module.values(app).items()
    }
