"""`--fetch`: downloading a collection of images, with progress on standard error."""

from __future__ import annotations

from netlapse.cli.show import console
from netlapse.data import Collection, folder_of
from netlapse.data.images.fetch import fetch


def fetch_collection(collection: Collection) -> None:
    """Fetch what is missing or wrong of a collection. Ctrl-C stops it; the next call goes on there.

    Raises:
        DataError: No mirror gave the right files.
        StateError: Another program fetches it already.
        RunError: The folder may not be written.
    """
    from rich import progress as rich_progress

    columns = (
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    out = console(stderr=True)
    try:
        with rich_progress.Progress(*columns, console=out, transient=True) as bar:
            task = bar.add_task(collection.title, total=collection.packed_bytes or None)
            fetch(
                folder_of(collection),
                report=lambda done, total: bar.update(task, completed=done, total=total),
            )
    except KeyboardInterrupt:
        out.print("Stopped by Ctrl-C; what was received is kept for the next time.")
        raise
