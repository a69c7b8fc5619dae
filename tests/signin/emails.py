"""The letters that these tests read: the one of a new browser, an invitation, a code to confirm; and their links."""

import re

from tests.sign_in_flow import deliver_emails

NOT_ME = re.compile(r"(/sign-in/not-me/\S+)")
INVITATION = re.compile(r"(/sign-in/invitation/\S+)")


def new_browser_emails(app, sink, address):
    """Give the letters that speak of a browser not used before."""
    return emails_containing(app, sink, address, "from a browser we don't recognize")


def new_program_emails(app, sink, address):
    """Give the letters that speak of a program not used before."""
    return emails_containing(app, sink, address, "from an app we don't recognize")


def emails_containing(app, sink, address, words):
    """Let what is due be delivered and give an address's letters with these words, oldest first."""
    deliver_emails(app)
    return [one for one in sink.letters_to(address) if words in one.text]


def report_link(letter):
    """Give the path of "this was not me"."""
    return NOT_ME.search(letter.text).group(1)


def invitation_link(app, sink, address):
    """Give the path in the newest invitation to an address."""
    letters = emails_containing(app, sink, address, "You've been invited")
    return INVITATION.search(letters[-1].text).group(1)


def reauthentication_codes(app, sink, address):
    """Give the codes of an address's letters that ask for a confirmation."""
    return [one.code for one in emails_containing(app, sink, address, "Confirm it's you")]
