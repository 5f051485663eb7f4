"""Runs in a database: SQLite in the data folder, or PostgreSQL. `store.SqlStore` is the way in.

SQLAlchemy and Alembic are imported nowhere else, and not before a store is made.
"""
