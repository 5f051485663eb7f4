"""How much a user's own images may be. Bounds are checked before the work that they bound."""

from __future__ import annotations

MAX_ARCHIVE_BYTES = 128 << 20
MAX_DIRECTORY_BYTES = 8 << 20
"""Of an archive's list of files, which is read as a whole."""
MAX_FILES = 60_000
MAX_FILE_BYTES = 64 << 20
"""Of one file, unpacked."""
MAX_UNPACKED_BYTES = 1 << 30
MAX_RATIO = 100
"""How much larger an archive may become, once that is more than `FREE_UNPACKED_BYTES`."""
FREE_UNPACKED_BYTES = 32 << 20
MAX_PIXELS = 24_000_000
"""Of one image, before it is scaled."""
MAX_ALL_PIXELS = 1_000_000_000
MAX_VALUES = 100_000_000
"""Images times pixels times channels: 400 MB as float32."""
MAX_CLASSES = 100
MAX_NAME_LENGTH = 100
MIN_SIDE, MAX_SIDE = 4, 256
NATURAL_SIDE = 64
"""Images that are all alike keep their size up to here."""
USUAL_SIDE = 32
"""What others are scaled to, unless a size is given."""
MAX_STORED_BYTES = 4 << 30
"""All sets of images together."""
