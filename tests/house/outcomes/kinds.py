"""The outcomes that many routes share."""

# What nobody, a viewer, a staff member and an owner get. Who was removed, blocked or ran out gets what nobody gets; a
# fifth number says otherwise: their browsers still hold the cookie of a request that was used. A customer, who is
# signed in without a role, is refused whatever needs a sign-in and gets what a viewer gets of the rest, unless
# "customer" says otherwise.
OPEN, IN, OWNERS = "200 200 200 200", "302 200 200 200", "302 403 403 200"
DONE, OWNERS_DONE = "302 303 303 303 customer 303", "302 403 403 303"
ANYBODY_IN = "302 200 200 200 customer 200"
STAFF_IN, STAFF_DONE = "302 403 200 200", "302 403 303 303"
