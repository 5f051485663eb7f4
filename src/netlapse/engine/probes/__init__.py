"""Probes: pure functions of (network, state, samples) to arrays, the same live and rewound."""
