"""What the demo shop sells. Prices and costs are hundredths of a unit of money; weights are grams."""

from dataclasses import dataclass

Option = tuple[str, tuple[str, ...]]

SIZE: Option = ("Size", ("Small", "Large"))
CLOTHES: Option = ("Size", ("S", "M", "L", "XL"))
GRIND: Option = ("Grind", ("Whole bean", "Filter", "Espresso"))
PACK: Option = ("Pack", ("50 g", "100 g", "250 g"))
PAPER: Option = ("Paper", ("Blank", "Lined", "Dotted"))
COLORS: Option = ("Color", ("Sand", "Ink", "Moss"))
FORMAT: Option = ("Format", ("30 × 40 cm", "50 × 70 cm"))
STOCK: Option = ("Paper", ("Matte", "Cotton"))
FRAME: Option = ("Frame", ("None", "Oak"))


@dataclass(frozen=True)
class ProductType:
    """What products of one type share: `figure` for the drawing, `dearer` for the price added by each larger size."""

    type: str
    vendor: str
    figure: str
    options: tuple[Option, ...]
    dearer: int
    about: str


@dataclass(frozen=True)
class DemoProduct:
    kind: ProductType
    title: str
    price: int
    cost: int
    weight: int
    tags: tuple[str, ...]
    about: str


MUGS = ProductType(
    "Mugs", "Tidewater Pottery", "mug", (SIZE,), 400, "Stoneware, thrown by hand; dishwasher and microwave safe."
)
BOWLS = ProductType(
    "Bowls", "Tidewater Pottery", "bowl", (SIZE,), 900, "Stoneware, thrown by hand; no two are quite alike."
)
VASES = ProductType("Vases", "Tidewater Pottery", "vase", (), 0, "Glazed inside and out, so it holds water.")
TEA = ProductType("Tea", "Hillside Tea", "tin", (PACK,), 450, "Loose leaf in a tin that closes tightly.")
COFFEE = ProductType(
    "Coffee", "North Roasters", "bag", (GRIND,), 0, "250 g, roasted on Tuesdays and sent on Wednesdays."
)
CANDLES = ProductType(
    "Candles", "Wick & Ember", "candle", (), 0, "Rapeseed wax with a cotton wick; burns for about 40 hours."
)
NOTEBOOKS = ProductType(
    "Notebooks", "Paper Lane", "book", (PAPER,), 0, "160 pages of 100 g paper, sewn, so that it lies flat."
)
CARDS = ProductType("Cards", "Paper Lane", "card", (), 0, "Folded card with envelope, printed with plant-based ink.")
SHIRTS = ProductType(
    "T-shirts", "Plain Thread", "shirt", (CLOTHES, COLORS), 0, "Organic cotton, 180 g; wash at 30 degrees."
)
KNITS = ProductType("Knitwear", "Plain Thread", "hat", (COLORS,), 0, "Lambswool, knitted in one piece.")
TOWELS = ProductType(
    "Linen", "Loom House", "cloth", (COLORS,), 0, "Stonewashed linen that gets softer with every wash."
)
POSTERS = ProductType("Prints", "Press Nine", "poster", (FORMAT, STOCK, FRAME), 1500, "Screen print in a run of 200.")
SOAPS = ProductType("Soap", "Wick & Ember", "soap", (), 0, "Cold-stirred, 100 g, without palm oil.")
BOARDS = ProductType("Kitchen", "Grain & Co", "board", (), 0, "European wood, oiled; wash by hand.")
POTS = ProductType(
    "Plant pots", "Tidewater Pottery", "pot", (SIZE,), 700, "Terracotta with a saucer and a hole for drainage."
)
PRODUCTS = (
    DemoProduct(
        MUGS, "Mug Harbor", 1600, 560, 380, ("ceramics", "gift"), "A broad mug with a thumb rest, in sea blue."
    ),
    DemoProduct(MUGS, "Mug Chalk", 1500, 540, 370, ("ceramics",), "A plain white mug with a raw foot."),
    DemoProduct(
        MUGS, "Mug Ember", 1700, 580, 380, ("ceramics", "autumn"), "Iron-red glaze that breaks to gold on the rim."
    ),
    DemoProduct(
        MUGS, "Espresso Cup Pebble", 1100, 380, 160, ("ceramics",), "A small cup without a handle, for two sips."
    ),
    DemoProduct(MUGS, "Travel Cup Dune", 2400, 900, 420, ("ceramics", "new"), "With a silicone lid, to take along."),
    DemoProduct(BOWLS, "Bowl Orchard", 2200, 780, 620, ("ceramics",), "Deep enough for soup, wide enough for salad."),
    DemoProduct(BOWLS, "Bowl Fjord", 2400, 800, 640, ("ceramics", "gift"), "Green outside, white inside."),
    DemoProduct(
        BOWLS, "Serving Bowl Meadow", 4800, 1900, 1400, ("ceramics", "wedding"), "For the middle of the table."
    ),
    DemoProduct(BOWLS, "Breakfast Bowl Oat", 1900, 690, 520, ("ceramics",), "Speckled, with a rim to hold it by."),
    DemoProduct(VASES, "Bud Vase Reed", 1400, 460, 300, ("ceramics", "gift"), "For one stem, or three."),
    DemoProduct(VASES, "Vase Lantern", 3800, 1400, 1200, ("ceramics", "wedding"), "Round below, narrow above."),
    DemoProduct(VASES, "Vase Tall Grass", 5200, 2100, 1900, ("ceramics",), "34 cm high, for branches."),
    DemoProduct(TEA, "Morning Blend", 750, 260, 90, ("tea", "bestseller"), "Assam and Ceylon; takes milk well."),
    DemoProduct(TEA, "Earl Grey Bergamot", 850, 300, 90, ("tea",), "With real oil of bergamot."),
    DemoProduct(TEA, "Green Sencha", 950, 380, 90, ("tea",), "Steamed Japanese leaf; 70 degrees, two minutes."),
    DemoProduct(TEA, "Mountain Herbs", 700, 240, 80, ("tea", "caffeine-free"), "Thyme, sage, and lemon balm."),
    DemoProduct(TEA, "Winter Spice", 800, 270, 90, ("tea", "seasonal"), "Black tea with orange, clove, and cinnamon."),
    DemoProduct(
        COFFEE, "House Espresso", 1150, 520, 270, ("coffee", "bestseller"), "Chocolate and hazelnut, low in acid."
    ),
    DemoProduct(COFFEE, "Ethiopia Guji", 1450, 700, 270, ("coffee",), "Washed; peach, jasmine, and black tea."),
    DemoProduct(COFFEE, "Colombia Huila", 1350, 640, 270, ("coffee",), "Red apple and caramel."),
    DemoProduct(COFFEE, "Decaf Peru", 1300, 620, 270, ("coffee", "caffeine-free"), "Decaffeinated with spring water."),
    DemoProduct(
        COFFEE, "Filter Blend Daybreak", 1250, 560, 270, ("coffee", "new"), "Sweet and clear; made for the pot."
    ),
    DemoProduct(CANDLES, "Candle Cedar", 2200, 760, 420, ("candle", "gift"), "Cedar, smoke, and a little vanilla."),
    DemoProduct(CANDLES, "Candle Fig", 2200, 760, 420, ("candle", "gift"), "Green fig and its leaf."),
    DemoProduct(CANDLES, "Candle Sea Salt", 2200, 760, 420, ("candle",), "Salt, sage, and cold air."),
    DemoProduct(CANDLES, "Beeswax Tapers, Pair", 1200, 430, 180, ("candle", "wedding"), "Dipped, 25 cm, honey yellow."),
    DemoProduct(CANDLES, "Advent Candles, Set of 4", 1800, 640, 520, ("candle", "seasonal"), "Numbered one to four."),
    DemoProduct(NOTEBOOKS, "Notebook Field", 1200, 390, 220, ("paper",), "A6, for the coat pocket."),
    DemoProduct(
        NOTEBOOKS, "Notebook Atlas", 1900, 640, 410, ("paper", "bestseller"), "A5, in bookcloth, with two ribbons."
    ),
    DemoProduct(NOTEBOOKS, "Sketchbook Quarry", 2400, 860, 640, ("paper",), "A4; takes ink and light washes."),
    DemoProduct(NOTEBOOKS, "Recipe Book Larder", 2600, 940, 560, ("paper", "gift"), "With an index to fill in."),
    DemoProduct(CARDS, "Card Thank You", 350, 90, 20, ("paper",), "Two words, a lot of white."),
    DemoProduct(CARDS, "Card Happy Birthday", 350, 90, 20, ("paper",), "Seven candles, in seven colors."),
    DemoProduct(CARDS, "Card Winter Village", 380, 95, 20, ("paper", "seasonal"), "Snow on eleven roofs."),
    DemoProduct(CARDS, "Wrapping Paper Leaves, 3 Sheets", 650, 190, 120, ("paper", "gift"), "50 × 70 cm each."),
    DemoProduct(CARDS, "Wall Calendar", 1900, 700, 380, ("paper", "seasonal"), "Twelve prints by Press Nine."),
    DemoProduct(SHIRTS, "T-shirt Plain", 2400, 880, 190, ("clothing",), "Straight cut, round neck."),
    DemoProduct(
        SHIRTS, "T-shirt Corner", 2800, 960, 190, ("clothing", "new"), "With our corner house, small, on the chest."
    ),
    DemoProduct(SHIRTS, "Long Sleeve Plain", 3400, 1240, 260, ("clothing",), "Ribbed cuffs."),
    DemoProduct(KNITS, "Beanie Coast", 2600, 980, 90, ("clothing", "winter"), "Close, short, warm."),
    DemoProduct(
        KNITS,
        "Pom-Pom Hat Moor",
        2900,
        1120,
        110,
        ("clothing", "winter", "gift"),
        "With a pom-pom that comes off for the wash.",
    ),
    DemoProduct(KNITS, "Beanie Trail", 2400, 890, 80, ("clothing", "winter"), "Thin enough for under a helmet."),
    DemoProduct(TOWELS, "Tea Towel Stripe", 1400, 500, 120, ("textile", "gift"), "50 × 70 cm, with a loop."),
    DemoProduct(TOWELS, "Apron Workshop", 4600, 1800, 420, ("textile",), "Crossed straps, two pockets."),
    DemoProduct(TOWELS, "Napkins, Set of 4", 3200, 1250, 240, ("textile", "wedding"), "45 × 45 cm."),
    DemoProduct(TOWELS, "Tote Bag Market", 1800, 640, 210, ("textile", "bestseller"), "Carries 12 kg and a baguette."),
    DemoProduct(TOWELS, "Cushion Cover Dusk", 3400, 1300, 260, ("textile",), "50 × 50 cm, hidden zip."),
    DemoProduct(POSTERS, "Print Lighthouse", 3600, 1100, 300, ("print",), "Three colors, one beam."),
    DemoProduct(POSTERS, "Print Two Pears", 3600, 1100, 300, ("print", "gift"), "One leans."),
    DemoProduct(
        POSTERS, "Print Night Train", 3900, 1200, 300, ("print", "new"), "Blue, black, and eleven yellow windows."
    ),
    DemoProduct(SOAPS, "Soap Lavender", 690, 210, 110, ("bath",), "With flowers from a field near us."),
    DemoProduct(SOAPS, "Soap Oat & Honey", 690, 210, 110, ("bath", "bestseller"), "Mild, for dry hands."),
    DemoProduct(SOAPS, "Soap Charcoal", 750, 230, 110, ("bath",), "Black, and leaves no mark."),
    DemoProduct(SOAPS, "Soap Rosemary", 690, 210, 110, ("bath",), "Green, sharp, good after the garden."),
    DemoProduct(BOARDS, "Bread Board Oak", 4400, 1700, 1400, ("wood", "gift"), "40 × 22 cm, with a groove for crumbs."),
    DemoProduct(BOARDS, "Cheese Board Walnut", 3900, 1600, 900, ("wood", "wedding"), "Round, with a handle."),
    DemoProduct(
        BOARDS, "Serving Board Ash", 3400, 1300, 800, ("wood", "gift"), "Long and narrow, for bread and cheese."
    ),
    DemoProduct(BOARDS, "Carving Board Beech", 5900, 2400, 2100, ("wood", "new"), "End grain, 45 × 30 cm."),
    DemoProduct(POTS, "Plant Pot Terrace", 1600, 560, 900, ("ceramics", "garden"), "For herbs on the windowsill."),
    DemoProduct(
        POTS, "Plant Pot Courtyard", 2600, 980, 1900, ("ceramics", "garden"), "Ribbed, for something with big leaves."
    ),
    DemoProduct(POTS, "Hanging Pot Swing", 2900, 1150, 1100, ("ceramics", "garden"), "With a cord of hemp."),
)
