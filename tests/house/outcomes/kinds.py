"""Outcomes shared by many routes."""

# Responses to: a visitor without a sign-in, a viewer, a staff member, an owner. A person who was removed, blocked or
# expired gets the first one. A fifth number says otherwise: their browsers still have the cookie of a redeemed request.
# A customer, who is signed in without a role, is refused whatever needs a sign-in and gets a viewer's response for the
# rest, unless "customer" says otherwise.
OPEN, IN, OWNERS = "200 200 200 200", "302 200 200 200", "302 403 403 200"
DONE, OWNERS_DONE = "302 303 303 303 customer 303", "302 403 403 303"
ANYBODY_IN = "302 200 200 200 customer 200"
STAFF_IN, STAFF_DONE = "302 403 200 200", "302 403 303 303"
