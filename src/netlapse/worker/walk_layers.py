"""What is said of each layer of a walk, and the stops that the walk makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.probes.arithmetic.scene import Scene

_DENSE = "z = W^{\\top} a + b"
_FORWARD = {
    "dense": _DENSE,
    "conv2d": "z = W * a + b",
    "separable-conv2d": "z = P \\cdot (D * a) + b",
    "max-pool2d": "z = \\max_{\\text{window}} a",
    "average-pool2d": "z = \\operatorname{mean}_{\\text{window}} a",
    "global-pool2d": "z = \\operatorname{pool}_{\\text{map}} a",
    "batch-norm": "z = \\gamma\\,\\frac{a - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}} + \\beta",
    "layer-norm": "z = \\gamma\\,\\frac{a - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}} + \\beta",
    "dropout": "z = m \\odot a",
    "spatial-dropout2d": "z = m \\odot a",
    "flatten": "z = \\operatorname{flat}(a)",
    "activation": "z = a",
    "add": "z = \\sum_s a^{(s)}",
    "concatenate": "z = [a^{(1)}, a^{(2)}, \\dots]",
}
_LOSSES = {
    "mean-squared-error": "L = {w}\\operatorname{{mean}}\\,(a - y)^2",
    "huber": "L = {w}\\operatorname{{mean}}\\, h_d(a - y)",
    "binary-cross-entropy": "L = {w}\\left(-y \\ln a - (1 - y)\\ln(1 - a)\\right)",
    "categorical-cross-entropy": "L = -{w}\\sum_i y_i \\ln a_i",
}
"""Of a sample; `w` is the weight of its class, where classes have any."""
_UPDATES = {
    "sgd": "\\Delta w = -\\eta\\, g",
    "momentum": "v \\leftarrow \\mu v + g,\\quad \\Delta w = -\\eta\\, v",
    "nesterov": "v \\leftarrow \\mu v + g,\\quad \\Delta w = -\\eta\\,(g + \\mu v)",
    "adagrad": "s \\leftarrow s + g^2,\\quad \\Delta w = -\\eta\\,\\frac{g}{\\sqrt{s} + \\epsilon}",
    "rmsprop": "s \\leftarrow \\rho s + (1 - \\rho) g^2,\\quad "
    "v \\leftarrow \\mu v + \\frac{g}{\\sqrt{s} + \\epsilon},\\quad \\Delta w = -\\eta\\, v",
    "adam": "m \\leftarrow \\beta_1 m + (1 - \\beta_1) g,\\quad "
    "s \\leftarrow \\beta_2 s + (1 - \\beta_2) g^2,\\quad "
    "\\Delta w = -\\eta\\,\\frac{\\hat m}{\\sqrt{\\hat s} + \\epsilon}",
    "adamw": "\\Delta w = -\\eta\\left("
    "\\frac{\\hat m}{\\sqrt{\\hat s} + \\epsilon} + \\lambda w\\right)",
}
_FLOWING_BACK = "\\delta = f'(z) \\odot \\frac{\\partial L}{\\partial a}"

Arrays = Mapping[str, NDArray[Any]]
Changes = Mapping[str, Mapping[str, NDArray[np.float64]]]


def described(
    scene: Scene, layers: Mapping[str, Arrays], sent: Sequence[str], changes: Changes
) -> list[dict[str, Any]]:
    """The `WalkLayer` of each layer, as plain data.

    Args:
        scene: The walk.
        layers: All buffers by layer, sent or not.
        sent: Layers whose buffers travel.
        changes: What each entry contributes.
    """
    return [
        {
            "layer": name,
            "kind": layer.kind,
            "title": layer.title,
            "reads": scene.reads[name],
            "shape": scene.shapes[name],
            "activation": layer.function,
            "frozen": layer.is_frozen(),
            "parameters": [
                {
                    "name": parameter,
                    "shape": declared.shape,
                    "trainable": declared.trainable,
                    "penalized": declared.penalized,
                    "quantities": [
                        key.partition(":")[0]
                        for key in layers[name]
                        if key.endswith(f":{name}.{parameter}")
                    ],
                }
                for parameter, declared in scene.declared.get(name, {}).items()
            ],
            "numbers": sum(array.size for array in layers[name].values()),
            "sent": name in sent,
            "delta_norm": float(
                np.sqrt(np.square(layers[name][f"dz:{name}"].astype(np.float64)).sum())
            ),
            "contribution": sum(float(array.sum()) for array in changes.get(name, {}).values()),
        }
        for name, layer in scene.layers.items()
    ]


def phases(scene: Scene) -> list[dict[str, Any]]:
    """The stops of a walk, as `WalkPhase`s in plain data."""
    structure, output = scene.structure, scene.output
    batch = scene.trace.training
    learning = [
        name
        for name, own in scene.declared.items()
        if any(declared.trainable for declared in own.values())
    ]
    who = "The samples of the next batch enter" if batch else "The sample enters"
    from_z = output not in scene.trace.da
    weighed = "w_y\\," if structure.class_weights else ""
    first = _left(scene) if from_z else "\\frac{\\partial L}{\\partial a}"
    moments = [*(f"{name}_before" for name in scene.trace.moments_before), *scene.trace.moments]
    optimizer = structure.optimizer
    return [
        _phase("input", None, ["a"], "Inputs", f"{who} the network.", "x"),
        *(_forward(scene, name) for name in scene.layers),
        _phase(
            "prediction",
            output,
            ["a"],
            "Prediction",
            "The last layer's values are what the network says.",
            "\\hat y = a",
        ),
        _phase(
            "loss",
            output,
            ["output_losses", "target"],
            "Loss",
            "The loss says how far the prediction is from the truth"
            + (", in the mean over the batch" if batch else "")
            + (", times the weight of the true class." if structure.class_weights else "."),
            _LOSSES[structure.loss.kind].format(w="w_y\\," if structure.class_weights else ""),
        ),
        _phase(
            "loss-gradient",
            output,
            ["dz"] if from_z else ["da"],
            "Gradient of the loss",
            "How the loss would change with each output is where the way back begins.",
            ("\\delta = " if from_z else "\\frac{\\partial L}{\\partial a} = ")
            + (first if from_z else weighed + _pull(structure.loss.kind)),
        ),
        *(_backward(scene, name) for name in reversed(scene.layers)),
        *(_gradients(scene, name) for name in learning),
        *(
            _phase(
                "update",
                name,
                ["used", *moments, "update"],
                f"{optimizer.title}: {name}",
                f"`{name}` is frozen and keeps its values."
                if scene.layers[name].is_frozen()
                else f"{optimizer.title} makes a step of each gradient of `{name}`.",
                _UPDATES[optimizer.to_dict()["kind"]],
            )
            for name in learning
        ),
        _phase(
            "new-weights",
            None,
            ["w", "update", "new"],
            "New weights",
            "The steps are added, and the network is a little different."
            if batch
            else "So the weights would be, if the network were trained on this sample alone.",
            "w \\leftarrow w + \\Delta w",
        ),
    ]


def _forward(scene: Scene, name: str) -> dict[str, Any]:
    layer = scene.layers[name]
    formula = _FORWARD[layer.kind]
    has_function = layer.function != "linear"
    if has_function:
        formula += f",\\quad a = \\operatorname{{{layer.function.replace('-', ' ')}}}(z)"
    return _phase("forward", name, ["z", "a"], f"{layer.title}: {name}", layer.summary, formula)


def _backward(scene: Scene, name: str) -> dict[str, Any]:
    layer = scene.layers[name]
    readers = sorted({reader for reader, _ in scene.readers(name)})
    if readers:
        which = " and ".join(f"`{reader}`" for reader in readers)
        sentence = f"What {which} passed back reaches `{name}`"
    else:
        sentence = f"The gradient of the loss reaches `{name}`"
    passes = ", and passes by the slope of its function." if layer.function != "linear" else "."
    if name not in scene.trace.da:
        sentence = f"Of the loss and the {layer.function} of `{name}` only the difference stays"
        passes = ": what the network says, less what is true"
        passes += ", times the class's weight." if scene.structure.class_weights else "."
    return _phase(
        "backward",
        name,
        ["da", "dz"] if name in scene.trace.da else ["dz"],
        f"Back through {name}",
        sentence + passes,
        _FLOWING_BACK if name in scene.trace.da else f"\\delta = {_left(scene)}",
    )


def _gradients(scene: Scene, name: str) -> dict[str, Any]:
    kind = scene.layers[name].kind
    formula = "\\frac{\\partial L}{\\partial w} = \\sum \\delta\\, a"
    if kind in ("batch-norm", "layer-norm"):
        formula = "\\frac{\\partial L}{\\partial \\gamma} = \\sum \\delta\\, \\hat x"
    return _phase(
        "gradients",
        name,
        ["gradient", "penalty"],
        f"Gradients of {name}",
        f"Each weight of `{name}` is told how the loss changes with it: δ times what it carried.",
        formula,
    )


def _left(scene: Scene) -> str:
    """What is left of a cross-entropy and its sigmoid or softmax."""
    return "w_y\\,(a - y)" if scene.structure.class_weights else "a - y"


def _pull(loss: str) -> str:
    if loss == "huber":
        return "\\operatorname{clip}(a - y, -d, d)"
    return "2\\,(a - y)"


def _phase(
    kind: str, layer: str | None, quantities: list[str], title: str, sentence: str, formula: str
) -> dict[str, Any]:
    return {
        "kind": kind,
        "layer": layer,
        "quantities": quantities,
        "title": title,
        "sentence": sentence,
        "formula": formula,
    }
