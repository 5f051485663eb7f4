"""Rules about units that no longer answer: dead and saturated ones."""

from __future__ import annotations

import math
from collections.abc import Iterator

from netlapse.doctor import remedies
from netlapse.doctor.history import History, evidence, layer_of
from netlapse.doctor.rule import Rule, Sign
from netlapse.protocol.diagnosis import Remedy
from netlapse.protocol.vitals import LayerVitals, Vitals
from netlapse.spec.layers import BatchNorm

DEAD = 0.6
SATURATED = 0.6
FEWEST_UNITS, FEWEST_SAMPLES = 4, 64
UNSOLVED = 0.5
FADED = 0.01
"""What is left of a moving average's first value when it has faded."""


def _dead(history: History) -> Iterator[Sign]:
    for name in _layers(history):

        def share(vitals: Vitals, name: str = name) -> float:
            own = layer_of(vitals, name)
            return (own and _enough(vitals, own) and own.dead) or 0.0

        lasting = history.lasting(_settled(history), lambda one: share(one) > DEAD)
        if not lasting:
            continue
        newest = lasting[-1]
        dead, own = share(newest), layer_of(newest, name)
        assert own is not None
        all_dead = dead == 1
        if not all_dead and history.loss_left < UNSOLVED:
            continue
        rest = (
            "Nothing passes this layer any more, so that the output is the same for every sample."
        )
        some = "Their gradient is zero for all of them, so that no step can bring them back."
        yield Sign(
            since=lasting[0].step,
            evidence=[evidence("share of dead units", dead, newest.step, DEAD)],
            explanation=f"{round(dead * own.units)} of the {own.units} units of `{name}` are 0 for "
            f"each of {newest.samples} samples. {rest if all_dead else some}",
            remedies=[
                *remedies.activation(history, {name}, "leaky-relu", f"Use leaky ReLU in {name}"),
                remedies.rate(history, 0.3),
            ],
            layer=name,
            severity="error" if all_dead else None,
        )


def _saturated(history: History) -> Iterator[Sign]:
    if history.loss_left < UNSOLVED:
        return
    for name in _layers(history):

        def share(vitals: Vitals, name: str = name) -> float:
            own = layer_of(vitals, name)
            return (own and _enough(vitals, own) and own.saturated) or 0.0

        lasting = history.lasting(_settled(history), lambda one: share(one) > SATURATED)
        if not lasting:
            continue
        newest, own = lasting[-1], layer_of(lasting[-1], name)
        assert own is not None
        yield Sign(
            since=lasting[0].step,
            evidence=[
                evidence("share of saturated units", share(newest), newest.step, SATURATED),
                evidence(f"norm of the weights of `{name}`", own.weight_norm, newest.step),
            ],
            explanation=f"{round(share(newest) * own.units)} of the {own.units} units of `{name}` "
            "are at one end of their function for nearly every sample. Its slope is almost zero "
            "there, so that hardly any gradient comes through.",
            remedies=[*_from_smaller_weights(history, name), remedies.more_l2(history)],
            layer=name,
        )


def _settled(history: History) -> list[Vitals]:
    """The moments at which activations are what training sees: batch normalization's moving
    averages begin at 0 and 1, and until those have faded a network that is looked at is another."""
    layers = history.spec.network.layers
    momenta = [one.momentum for one in layers if isinstance(one, BatchNorm)]
    faded = (math.log(FADED) / math.log1p(-m) for m in momenta if m < 1)
    first = max(faded, default=0.0)
    return [one for one in history.vitals if one.step >= first]


def _enough(vitals: Vitals, own: LayerVitals) -> bool:
    return own.units >= FEWEST_UNITS and vitals.samples >= FEWEST_SAMPLES


def _layers(history: History) -> list[str]:
    newest = history.vitals[-1].layers if history.vitals else ()
    output = history.spec.network.layers[-1].id if history.spec.network.layers else ""
    return [one.layer for one in newest if one.layer != output]


def _from_smaller_weights(history: History, name: str) -> list[Remedy]:
    index = history.index(name)
    if index is None:
        return []
    layer = history.spec.network.layers[index]
    start = getattr(layer, "kernel_initializer", None)
    if start is None or start.kind == "glorot":
        return []
    path = f"/network/layers/{index}/kernel_initializer"
    return [
        remedies.fix(
            f"Start {name} from smaller weights (Glorot)", ("replace", path, {"kind": "glorot"})
        )
    ]


DEAD_UNITS = Rule(
    name="dead-units",
    title="Dead units",
    severity="warning",
    watches="ReLU units that are 0 for every one of the samples that are looked at, and at every "
    "place of a map.",
    threshold="More than 60 % of the units of a layer of at least 4 units, on at least 64 samples, "
    "at four moments in a row and for a fifth of all steps, while the training loss is above half "
    "of the first. Where all are dead it is an error, whatever the loss. With batch normalization, "
    "moments count from where the first values of its moving averages have faded.",
    why="A dead unit has no gradient: no step brings it back, and the network is smaller than it "
    "looks.",
    remedy="Leaky ReLU in that layer, for a new run; a third of the learning rate at once, so that "
    "no more units die.",
    look=_dead,
    unless=("diverged",),
)
SATURATED_UNITS = Rule(
    name="saturated-units",
    title="Saturated units",
    severity="warning",
    watches="Sigmoid and tanh units of hidden layers whose slope is below 1 % of the greatest for "
    "at least 95 % of the samples.",
    threshold="More than 60 % of the units of a layer of at least 4 units, on at least 64 samples, "
    "at four moments in a row and for a fifth of all steps, while the training loss is above half "
    "of the first.",
    why="Where the slope is flat no gradient comes through, and what stands before learns nothing.",
    remedy="Glorot's first weights, where they are others, for a new run; L2, which pulls weights "
    "back, at once.",
    look=_saturated,
    unless=("diverged", "unscaled-inputs", "learning-rate-high"),
)
