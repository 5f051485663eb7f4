"""The one place where the version number is written; hatchling reads it from here."""

__version__ = "0.1.0"
