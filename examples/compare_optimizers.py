"""Train one spec with several optimizers."""

import netlapse as nl

SPEC = nl.presets.moons().to_dict()
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")

for kind in OPTIMIZERS:
    SPEC["training"]["optimizer"] = {"kind": kind}
    with nl.train(SPEC, epochs=30, record=False) as run:
        metrics = run.metrics.validation
        print(f"{kind:10} loss {metrics.loss:.4f}  accuracy {metrics.accuracy:.3f}")
