"""What bulk changes of orders say: their labels, and which orders would not change."""

from flask_babel import ngettext

from shop.orders.documents import DocumentKind


def describe_action(what: str, number: int, tag: str) -> str:
    """Return the label of a change of so many orders."""
    values = {"count": f"{number:,}", "tag": tag}
    match what:
        case "archive":
            return ngettext("Archive %(count)s order", "Archive %(count)s orders", number, **values)
        case "unarchive":
            return ngettext("Unarchive %(count)s order", "Unarchive %(count)s orders", number, **values)
        case "tag":
            return ngettext(
                "Add the tag “%(tag)s” to %(count)s order",
                "Add the tag “%(tag)s” to %(count)s orders",
                number,
                **values,
            )
        case "untag":
            return ngettext(
                "Remove the tag “%(tag)s” from %(count)s order",
                "Remove the tag “%(tag)s” from %(count)s orders",
                number,
                **values,
            )
        case DocumentKind.PACKING_SLIPS:
            return ngettext(
                "Print a packing slip for %(count)s order", "Print packing slips for %(count)s orders", number, **values
            )
        case DocumentKind.INVOICES:
            return ngettext(
                "Print an invoice for %(count)s order", "Print invoices for %(count)s orders", number, **values
            )
    return ngettext("Print a pick list for %(count)s order", "Print a pick list for %(count)s orders", number, **values)


def describe_unchanged(what: str, number: int, total: int, tag: str) -> str:
    """Return the sentence about orders that would not change; nothing for documents, as all are printed."""
    values = {"count": f"{number:,}", "total": f"{total:,}", "tag": tag}
    match what:
        case "archive":
            return ngettext(
                "%(count)s of the %(total)s selected orders is already archived and won't change.",
                "%(count)s of the %(total)s selected orders are already archived and won't change.",
                number,
                **values,
            )
        case "unarchive":
            return ngettext(
                "%(count)s of the %(total)s selected orders isn't archived and won't change.",
                "%(count)s of the %(total)s selected orders aren't archived and won't change.",
                number,
                **values,
            )
        case "tag":
            return ngettext(
                "%(count)s of the %(total)s selected orders already has the tag “%(tag)s” and won't change.",
                "%(count)s of the %(total)s selected orders already have the tag “%(tag)s” and won't change.",
                number,
                **values,
            )
        case "untag":
            return ngettext(
                "%(count)s of the %(total)s selected orders doesn't have the tag “%(tag)s” and won't change.",
                "%(count)s of the %(total)s selected orders don't have the tag “%(tag)s” and won't change.",
                number,
                **values,
            )
    return ""
