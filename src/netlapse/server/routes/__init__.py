"""The routes, by what they are about. Each declares who may call it (`server.access`)."""
