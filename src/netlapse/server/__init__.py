"""The Studio's server: REST for documents and commands, one WebSocket for live traffic.

`netlapse.server.serve.serve` starts it. Importing this package imports nothing heavy.
"""
