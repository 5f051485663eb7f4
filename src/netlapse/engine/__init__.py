"""From a spec to a compiled program to steps. Takes arrays; knows no server, file or clock."""

from netlapse.engine.backend import configure

configure()
