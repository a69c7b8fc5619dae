"""The people of the tests; each name says the person's role."""

OWNER = "owner@shop.example"
STAFF = "staff@shop.example"
VIEWER = "viewer@shop.example"
STRANGER = "stranger@elsewhere.example"
BLOCKED = "blocked@shop.example"
CUSTOMER = "customer@elsewhere.example"  # on no list, and signed in through a client that is open to everyone

SETTINGS = {"OWNER_EMAIL": OWNER, "ALLOWED_EMAILS": f"{STAFF}, {VIEWER}=viewer, {BLOCKED}", "STORE_NAME": "Corner Shop"}
