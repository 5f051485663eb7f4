"""Rules about gradients: not finite, exploding, vanishing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np

from netlapse.doctor import remedies
from netlapse.doctor.history import Floats, History, evidence, layer_of, learned_at, summary_of
from netlapse.doctor.rule import Rule, Sign
from netlapse.protocol.diagnosis import Remedy
from netlapse.protocol.messages import Evaluation
from netlapse.protocol.vitals import Vitals

EXPLODED = 1000.0
WINDOW = 50
VANISHED = 1e-3
STUCK = 0.2
"""Whoever has learned less, see `History.learned`, has learned nothing."""
_LAYER = re.compile(r"layer `([^`]+)`")


def _diverged(history: History) -> Iterator[Sign]:
    if history.diverged is None:
        return
    named = _LAYER.search(history.diverged.text)
    norms = history.gradient_norms
    found = [evidence("learning rate", history.learning_rate, history.step)]
    if len(norms):
        found.append(evidence("last finite gradient norm", float(norms[-1]), history.step))
    yield Sign(
        since=history.step,
        evidence=found,
        explanation=f"{history.diverged.text.split(': ')[0]}, and no step can follow it. "
        "The training stands at its last good state and goes on from there with a smaller step.",
        remedies=[remedies.rate(history, 0.1), *remedies.clipped(history)],
        layer=named[1] if named and history.index(named[1]) is not None else None,
    )


def _exploding(history: History) -> Iterator[Sign]:
    since_change = history.step - history.changed
    norms = history.gradient_norms[max(0, len(history.gradient_norms) - since_change) :]
    window = norms[-WINDOW:]
    if len(window) < WINDOW or not history.vitals:
        return
    middle = float(np.median(window))
    is_large = float((window >= EXPLODED).mean()) >= 0.9
    falls = middle < 0.5 * float(np.median(norms[:WINDOW])) and len(norms) > 2 * WINDOW
    if not is_large or falls or history.loss_left < 0.5:
        return
    newest = history.vitals[-1]
    layers = {
        one.layer: one.gradient_norm or math.inf
        for one in newest.layers
        if one.weight_norm is not None
    }
    worst = max(layers, key=lambda name: layers[name], default=None)
    found = [evidence("median gradient norm of 50 updates", middle, history.step, EXPLODED)]
    if worst is not None:
        found.append(evidence(f"gradient norm of `{worst}`", layers[worst], newest.step))
    yield Sign(
        since=history.step - _run_length(norms) + 1,
        evidence=found,
        explanation=f"The gradient has a norm of {middle:.3g}, so that any step that is not tiny "
        "leaps over every minimum. Such numbers arise where each layer multiplies what it reads "
        "by more than one.",
        remedies=[*remedies.clipped(history), *_smaller_start(history)],
        layer=worst,
    )


def _run_length(norms: Floats) -> int:
    """How many of the last norms are large, one after the other but for a few."""
    small = np.flatnonzero(norms < EXPLODED / 10)
    return len(norms) - 1 - int(small[-1]) if len(small) else len(norms)


def _smaller_start(history: History) -> list[Remedy]:
    operations = [
        ("replace", f"/network/layers/{index}/kernel_initializer", {"kind": "he"})
        for index, layer in enumerate(history.spec.network.layers)
        if getattr(getattr(layer, "kernel_initializer", None), "kind", "he")
        in ("normal", "constant")
    ]
    if not operations:
        return []
    return [remedies.fix("Start from smaller weights (He)", *operations)]


def _vanishing(history: History) -> Iterator[Sign]:
    layers = history.weighted
    if len(layers) < 3 or _is_frozen(history, layers[0]):
        return
    first, last = layers[0], layers[-1]

    def ratio(vitals: Vitals) -> float:
        near, far = _typical(vitals, last), _typical(vitals, first)
        return far / near if near and far is not None else 1.0

    def holds(vitals: Vitals) -> bool:
        return ratio(vitals) < VANISHED

    lasting = history.lasting(history.vitals, holds)

    def stuck(one: Evaluation) -> bool:
        return learned_at(one) < STUCK

    if not lasting or not history.lasting(history.evaluations, stuck):
        return
    newest = lasting[-1]
    yield Sign(
        since=lasting[0].step,
        evidence=[
            evidence(
                f"gradient of `{first}` against `{last}`", ratio(newest), newest.step, VANISHED
            ),
            evidence(
                "part that is learned, of guess to perfect", history.learned, newest.step, STUCK
            ),
        ],
        explanation=f"A typical gradient in `{first}` is {ratio(newest):.1g} times that in "
        f"`{last}`: on its way back each layer has made it smaller. So the first layers stay as "
        "they were drawn, and nothing is learned.",
        remedies=[
            *remedies.activation(
                history, _squashing(history), "relu", "Use ReLU in the hidden layers"
            ),
            *_adam(history),
        ],
        layer=first,
    )


def _typical(vitals: Vitals, layer: str) -> float | None:
    """Root mean square of the gradients of a layer's weights."""
    own = layer_of(vitals, layer)
    of_weights = own and summary_of(own, "weight gradients")
    if not of_weights or of_weights.norm is None or not of_weights.count:
        return None
    return of_weights.norm / math.sqrt(of_weights.count)


def _is_frozen(history: History, layer: str) -> bool:
    index = history.index(layer)
    return index is None or history.spec.network.layers[index].is_frozen()


def _squashing(history: History) -> set[str]:
    return {
        one.id for one in history.spec.network.layers[:-1] if one.function in ("sigmoid", "tanh")
    }


def _adam(history: History) -> list[Remedy]:
    if history.spec.training.optimizer.kind in ("adam", "adamw"):
        return []
    value = {"kind": "adam", "learning_rate": 0.005}
    return [
        remedies.change(
            history, "training.optimizer", value, "Use Adam, which makes small gradients count"
        )
    ]


DIVERGED = Rule(
    name="diverged",
    title="Not a number",
    severity="error",
    watches="The loss, the gradient and the weights after every update.",
    threshold="One of them is infinite or not a number (NaN). It speaks at once, as long as the "
    "training stands there.",
    why="What follows from a NaN is NaN: there is nothing left to learn from.",
    remedy="A tenth of the learning rate, or a gradient whose norm is clipped at 1. Both act on "
    "the last good state.",
    look=_diverged,
)
EXPLODING = Rule(
    name="exploding-gradients",
    title="Exploding gradients",
    severity="warning",
    watches="The gradient norm of every update since the last change.",
    threshold="At least 1,000 in 90 % of the last 50 updates, not falling to half of what it was, "
    "and the training loss is still above half of the first.",
    why="A gradient so long makes any step a leap, and the next number may be infinite.",
    remedy="Clipping at 1, and for a new run smaller first weights.",
    look=_exploding,
    unless=("diverged", "unscaled-inputs"),
)
VANISHING = Rule(
    name="vanishing-gradients",
    title="Vanishing gradients",
    severity="warning",
    watches="The typical gradient (root mean square over the weights) of the first layer, against "
    "that of the output layer, in networks of three and more layers with weights.",
    threshold="Below a thousandth at four moments in a row and for a fifth of all steps, less than "
    "a fifth being learned of what lies between a guess and perfection (of the accuracy, or R²).",
    why="The first layers learn nothing, and what comes after them gets noise to work with.",
    remedy="ReLU in place of sigmoid and tanh in the hidden layers, for a new run; Adam, at once.",
    look=_vanishing,
    unless=("diverged", "unscaled-inputs", "learning-rate-high"),
)
