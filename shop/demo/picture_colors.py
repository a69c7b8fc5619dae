"""The colors of the demo's pictures, and the products that have them."""

# Background top, background bottom, object, its shade, its light.
PALETTES = (
    ("#f3ead9", "#e2cfae", "#c4683d", "#9a4c29", "#e39a72"),
    ("#e6eef0", "#c2d4d8", "#2f6f80", "#1f5260", "#6ba6b3"),
    ("#eef0e4", "#d3dabc", "#5f7d46", "#466032", "#94b07a"),
    ("#f6e9e6", "#ebcfc9", "#b4526a", "#8b3a50", "#dc8ea1"),
    ("#eceaf4", "#cfcae4", "#5c5490", "#433d6e", "#948dc4"),
    ("#f7f1dc", "#ecdca4", "#c9972b", "#9d741c", "#ecc871"),
    ("#ebebe8", "#d2d1cb", "#4d524f", "#343836", "#868c88"),
    ("#fbf0e4", "#f2d4b4", "#2d4a63", "#1e3448", "#6386a3"),
)
# Palettes of products whose description names a color; the others' follow from their titles.
PALETTE_OF_TITLE = {
    "Mug Harbor": 1,
    "Mug Chalk": 6,
    "Mug Ember": 0,
    "Bowl Fjord": 2,
    "Beeswax Tapers, Pair": 5,
    "Print Night Train": 7,
    "Soap Lavender": 4,
    "Soap Oat & Honey": 5,
    "Soap Charcoal": 6,
    "Soap Rosemary": 2,
    "Plant Pot Terrace": 0,
    "Plant Pot Courtyard": 0,
}
