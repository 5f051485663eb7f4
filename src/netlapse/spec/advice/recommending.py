"""What could stand next at a place."""

from __future__ import annotations

from collections import Counter
from typing import Any

from netlapse.errors import SpecError
from netlapse.spec.advice.documents import Recommendation
from netlapse.spec.advice.place import Place, Weighted, Whole
from netlapse.spec.advice.rules import RULES, Idea
from netlapse.spec.advice.scoring import score_of
from netlapse.spec.findings import Fix
from netlapse.spec.layers import INPUT, AnyLayer, Dense
from netlapse.spec.network import MAX_LAYERS, Facts, Network, free_id
from netlapse.spec.resolve import examine_training
from netlapse.spec.training import Training
from netlapse.spec.wiring import SOURCE, Wiring, inserted, place_of

MOST_RECOMMENDATIONS = 6


def growing_place(network: Network, facts: Facts) -> str:
    """The layer after which a network grows: the last before its output layer."""
    wiring = Wiring(network)
    end = len(network.layers) - 1
    while end > SOURCE and not isinstance(wiring.layer(end), Weighted):
        end = max(wiring.reads[end], default=SOURCE)
    last = wiring.layer(end) if end > SOURCE else None
    if isinstance(last, Dense) and last.units == facts.output_units:
        before = max(wiring.reads[end], default=SOURCE)
        return INPUT if before == SOURCE else wiring.layer(before).id
    return network.layers[-1].id if network.layers else INPUT


def recommend(
    network: Network, facts: Facts, after: str | None = None, training: Training | None = None
) -> tuple[Recommendation, ...]:
    """What could stand next at a place, the best first; at most six, none after the output.

    Args:
        network: A network, finished or not.
        facts: What it must know of its data.
        after: The layer after which something is sought, or `input`; by default the place where
            the network grows, before its output layer.
        training: How it is trained; by default as an unchanged `Training`.

    Raises:
        SpecError: There is no such layer.

    >>> found = recommend(Network(), Facts((28, 28, 1), "multiclass", 10, 55_000))
    >>> found[0].title, found[0].layers[0].kind
    ('A convolution of 16 filters', 'conv2d')
    """
    name = growing_place(network, facts) if after is None else after
    index = place_of(network, name)
    if index is None:
        raise SpecError(
            f"There is no layer `{name}`.", place="after", remedy="Name a layer or `input`."
        )
    training = training or Training()
    examination = examine_training(network, training, facts)
    place = Place(Whole(network, facts, training, examination), index)
    if place.shape is None or place.is_output:
        return ()
    ideas = [idea for rule in RULES if (idea := rule(place)) is not None]
    ideas.sort(key=lambda idea: -idea.rank)
    found = (_recommendation(place, idea) for idea in ideas)
    return tuple(one for one in found if one is not None)[:MOST_RECOMMENDATIONS]


def _recommendation(place: Place, idea: Idea) -> Recommendation | None:
    """An idea at its place; none where the validator or the score speaks against it."""
    before = place.whole
    layers = _named(before.network, idea.layers)
    if len(before.network.layers) + len(layers) > MAX_LAYERS:
        return None
    with_patch = _with_bias_off(before.network, place.index) if idea.patch else before.network
    network, patch = inserted(with_patch, layers, place.index)
    examination = examine_training(network, before.training, before.facts)
    after = Whole(network, before.facts, before.training, examination)
    counts = _counts(before)
    if any(count > counts[severity] for severity, count in _counts(after).items()):
        return None
    if before.examination.trainable and score_of(after).total < score_of(before).total:
        return None
    fix = Fix(title=f"Add {idea.title[0].lower()}{idea.title[1:]}", patch=(*idea.patch, *patch))
    return Recommendation(title=idea.title, reason=idea.reason, layers=layers, fix=fix)


def _counts(whole: Whole) -> Counter[str]:
    return Counter(finding.severity for finding in whole.examination.findings)


STEMS = {"conv2d": "conv", "max-pool2d": "pool", "global-pool2d": "mean", "batch-norm": "norm"}
"""What layers are called here where it is not their kind."""


def _named(network: Network, documents: tuple[dict[str, Any], ...]) -> tuple[AnyLayer, ...]:
    """The layers, each with a name of its own; an empty input is the layer before."""
    layers: list[AnyLayer] = []
    for document in documents:
        taken = Network.model_construct(layers=(*network.layers, *layers))
        kind: str = document["kind"]
        stem = "output" if document.get("id") == "output" else STEMS.get(kind, kind)
        if kind == "activation":
            stem = document["activation"]
        named = {**document, "id": free_id(stem, taken)}
        if document.get("inputs"):
            named["inputs"] = [name or layers[-1].id for name in document["inputs"]]
        layers += Network.model_validate({"layers": [named]}).layers
    return tuple(layers)


def _with_bias_off(network: Network, index: int) -> Network:
    layer = network.layers[index].model_copy(update={"use_bias": False})
    changed = (*network.layers[:index], layer, *network.layers[index + 1 :])
    return Network.model_construct(layers=changed)
