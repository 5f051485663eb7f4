"""The optimizer lab's computing, in float64: the engine itself trains in float32.

A path of two numbers costs nothing, and is compared with formulas and other frameworks digit by
digit; so everything here is computed with 64 bits, within `jax.enable_x64`, which changes nothing
for the trainings of the same process.
"""
