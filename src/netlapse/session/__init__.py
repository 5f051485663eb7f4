"""One open run: a worker process and a record, joined."""
