"""The plain page for someone who comes without the token. No script, no style, nothing to load."""

from __future__ import annotations

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"></head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def how_to_get_in() -> str:
    """What to do with a bookmarked address after a restart."""
    return _PAGE.format(
        title="This Studio needs its token",
        body=(
            "<p>netlapse runs with your rights on this computer, so its page opens only with the"
            " secret token of the present start. An address from before a restart has an old"
            " one.</p>\n"
            "<ul>\n"
            "<li>Open the address that <code>netlapse</code> printed in its terminal: it ends in"
            " <code>?token=…</code>.</li>\n"
            "<li>Or run <code>netlapse</code> once more: it finds the Studio that is running and"
            " opens it.</li>\n"
            "</ul>\n"
            '<p>If you came by a link with the right token: <a href="/">go on to the'
            " Studio</a>.</p>"
        ),
    )


def dead_link() -> str:
    """What someone reads whose link does not hold."""
    return _PAGE.format(
        title="This link shows nothing",
        body="<p>It was revoked, its run was deleted, or a part of it was lost on the way: ask who"
        " sent it for a new one.</p>",
    )


def not_built() -> str:
    """What to do in a checkout where the Studio has not been built."""
    return _PAGE.format(
        title="The Studio is not built",
        body="<p>The server runs, but its page is missing: call <code>make studio</code> in the"
        " checkout and start <code>netlapse</code> again.</p>",
    )
