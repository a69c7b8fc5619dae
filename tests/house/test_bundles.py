"""static/dist/ is what `make assets` makes of the sources, and pages name nothing that is not there."""

import gzip
import json
import re

import brotli

from tests.house.bundles import DIST, build_files
from tests.house.source_modules import ROOT

UNPACK = {".gz": gzip.decompress, ".br": brotli.decompress}
NAMED = re.compile(r"asset_url\('([^']+)'\)")


def test_the_files_are_what_the_sources_make():
    made, kept = build_files(), {path.name: path.read_bytes() for path in DIST.iterdir()}

    def unpacked(files):
        return {name: UNPACK.get(name[-3:], bytes)(content) for name, content in files.items()}

    assert unpacked(kept) == unpacked(made), "run: make assets"


def test_pages_name_bundles_that_are_there():
    named = {name for path in (ROOT / "templates").rglob("*.html") for name in NAMED.findall(path.read_text())}

    assert named == set(json.loads((DIST / "manifest.json").read_text()))
