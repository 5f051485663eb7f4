"""How the tables of one format become those of the next."""
