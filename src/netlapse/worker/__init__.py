"""The process that trains. Commands come in as frames, events go out; it knows no store and no
server."""
