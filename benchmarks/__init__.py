"""Speed, measured beside others and beside ourselves. Never a gate: machines differ."""
