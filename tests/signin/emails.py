"""The emails that these tests read: about a new browser, an invitation, a reauthentication code; and their links."""

import re

from tests.sign_in_flow import deliver_emails

NOT_ME = re.compile(r"(/sign-in/not-me/\S+)")
INVITATION = re.compile(r"(/sign-in/invitation/\S+)")


def new_browser_emails(app, sink, address):
    """Return the emails about a new browser."""
    return emails_containing(app, sink, address, "from a browser we don't recognize")


def new_program_emails(app, sink, address):
    """Return the emails about a new program."""
    return emails_containing(app, sink, address, "from an app we don't recognize")


def emails_containing(app, sink, address, words):
    """Deliver what is due, and return an address's emails with these words, oldest first."""
    deliver_emails(app)
    return [one for one in sink.letters_to(address) if words in one.text]


def report_link(letter):
    """Return the path of "this was not me"."""
    return NOT_ME.search(letter.text).group(1)


def invitation_link(app, sink, address):
    """Return the path in the newest invitation to an address."""
    letters = emails_containing(app, sink, address, "You've been invited")
    return INVITATION.search(letters[-1].text).group(1)


def reauthentication_codes(app, sink, address):
    """Return the codes of an address's reauthentication emails."""
    return [one.code for one in emails_containing(app, sink, address, "Confirm it's you")]
