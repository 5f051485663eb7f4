"""Runs kept: a contract (`contract`), files in the data folder (`files`), memory (`memory`)."""
