"""Train the spiral and look at what came of it."""

import numpy as np

import netlapse as nl

with nl.train(nl.presets.spiral()) as run:
    print(f"{run.step:,} steps at {run.steps_per_second:,.0f} steps/s")
    print(f"validation accuracy {run.metrics.validation.accuracy:.3f}")

    # The probability of the second class along the line y = x.
    diagonal = np.linspace(-6, 6, 9)
    probabilities = run.predict(np.stack([diagonal, diagonal], axis=1))[:, 0]
    for x, p in zip(diagonal, probabilities, strict=True):
        print(f"({x:5.1f}, {x:5.1f})  {'#' * round(30 * p):30} {p:.3f}")
