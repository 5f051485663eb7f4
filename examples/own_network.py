"""Write a spec as plain data, check it, train it, save its weights."""

import tempfile
from pathlib import Path

import netlapse as nl

spec = {
    "name": "wine in two layers",
    "data": {"kind": "bundled", "name": "wine"},
    "network": {
        "layers": [
            {"kind": "dense", "id": "hidden", "units": 16, "activation": "relu"},
            {"kind": "dropout", "id": "dropout", "rate": 0.2},
            {"kind": "dense", "id": "output", "units": 3, "activation": "softmax"},
        ]
    },
    "training": {"optimizer": {"kind": "adam", "learning_rate": 0.01}, "epochs": 40},
}

for finding in nl.check(spec).findings:
    print(f"{finding.severity}: {finding.message}")

with nl.train(spec) as run:
    print(f"{run.parameters} parameters, accuracy {run.metrics.validation.accuracy:.3f}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wine.safetensors"
        run.save_weights(path)
        print(f"{path.name}: {path.stat().st_size:,} bytes")
