"""From a spec to a compiled program to steps. Takes arrays; knows no server, file or clock."""
