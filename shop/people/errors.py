"""Why a change of access is refused."""


class NotAllowed(Exception):
    """The change is refused; the text is a sentence that says why."""
