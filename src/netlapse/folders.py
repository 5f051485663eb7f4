"""Where netlapse keeps what it saves on this machine.

    <data folder>/
      netlapse.db    the record of all runs (`netlapse.record`)
      keyframes/     the states of runs at some steps, one folder for each run
      locks/         who writes which run
      tables/        the user's own tables (`netlapse.data`)
      images/        the user's own images
      collections/   images that were downloaded, may be fetched anew
      cache/         compiled programs, may be deleted at any time

The data folder is the platform's place for a program's data; the environment variable
`NETLAPSE_HOME` names another one. `NETLAPSE_MNIST_DIR` and `NETLAPSE_FASHION_MNIST_DIR` name
folders that have the files of these collections already.
"""

from __future__ import annotations

import os
from pathlib import Path

HOME_VARIABLE = "NETLAPSE_HOME"


def data_folder() -> Path:
    """The folder that holds everything; it need not exist yet."""
    chosen = os.environ.get(HOME_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs  # here, so that `import netlapse` stays light

    return Path(platformdirs.user_data_dir("netlapse", appauthor=False))


def tables_folder(data: Path | None = None) -> Path:
    """The folder of the user's own tables."""
    return (data or data_folder()) / "tables"


def images_folder(data: Path | None = None) -> Path:
    """The folder of the user's own images."""
    return (data or data_folder()) / "images"


def collections_folder(data: Path | None = None) -> Path:
    """The folder of named collections of images that were downloaded."""
    return (data or data_folder()) / "collections"


def cache_folder(data: Path | None = None) -> Path:
    """The folder of compiled programs."""
    return (data or data_folder()) / "cache"
