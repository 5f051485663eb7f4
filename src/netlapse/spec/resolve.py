"""What `auto` stands for, and findings about training that need both network and data."""

from __future__ import annotations

from netlapse.spec.activations import Activation
from netlapse.spec.arrangement import arrangement_findings
from netlapse.spec.document import Spec
from netlapse.spec.examination import examine
from netlapse.spec.findings import Finding, Fix, PatchOperation, replace
from netlapse.spec.memory import memory_findings, memory_of
from netlapse.spec.network import Examination, Facts, Network, free_id
from netlapse.spec.training import (
    AutoLoss,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Huber,
    MeanSquaredError,
    Training,
)

ResolvedLoss = MeanSquaredError | Huber | BinaryCrossEntropy | CategoricalCrossEntropy


def resolve_loss(training: Training, facts: Facts) -> ResolvedLoss:
    """The loss that is computed.

    >>> facts = Facts((2,), "binary", 1, 100)
    >>> resolve_loss(Training(), facts).kind
    'binary-cross-entropy'
    """
    if not isinstance(training.loss, AutoLoss):
        return training.loss
    match facts.task:
        case "regression":
            return MeanSquaredError(kind="mean-squared-error")
        case "binary":
            return BinaryCrossEntropy(kind="binary-cross-entropy")
        case "multiclass":
            return CategoricalCrossEntropy(kind="categorical-cross-entropy")


def examine_spec(spec: Spec, facts: Facts) -> Examination:
    """Shapes, counts and findings of a whole spec on its data. Never raises."""
    return examine_training(spec.network, spec.training, facts)


def examine_training(network: Network, training: Training, facts: Facts) -> Examination:
    """Shapes, counts and findings of a network that is trained so on its data. Never raises."""
    examination = examine(network, facts)
    memory = memory_of(network, facts, training, examination)
    more = [
        *_loss_findings(network, training, facts, examination),
        *_training_findings(network, training, facts, examination),
        *arrangement_findings(network, training, facts, examination),
        *memory_findings(training, facts, examination, memory),
    ]
    order = ("error", "warning", "advice")
    findings = sorted((*examination.findings, *more), key=lambda f: order.index(f.severity))
    trainable = not any(finding.severity == "error" for finding in findings)
    return examination.model_copy(
        update={"findings": tuple(findings), "trainable": trainable, "memory": memory}
    )


def _loss_findings(
    network: Network, training: Training, facts: Facts, examination: Examination
) -> list[Finding]:
    loss = resolve_loss(training, facts)
    if training.class_weights != "none" and facts.task == "regression":
        return [
            Finding(
                severity="error",
                message="Only classes can have weights, and this data has numbers for targets.",
                path="/training/class_weights",
                fix=replace("/training/class_weights", "none", "Let all samples count alike"),
            )
        ]
    if not network.layers:
        return []
    output = examination.layers[-1].output_shape
    # Where the output layer is still missing, its activation is not wrong yet.
    has_output = output is None or output == (facts.output_units,)
    last = network.layers[-1]
    wanted: Activation | None = None
    if isinstance(loss, BinaryCrossEntropy):
        if facts.task != "binary":
            return [_wrong_loss("Binary cross-entropy", "two classes")]
        wanted = "sigmoid"
    elif isinstance(loss, CategoricalCrossEntropy):
        if facts.task != "multiclass":
            return [_wrong_loss("Categorical cross-entropy", "three or more classes")]
        wanted = "softmax"
    if wanted is None:
        if last.function == "softmax" and facts.output_units == 1:
            return [_softmax_of_one(network)]
        return []
    if last.function == wanted or not has_output:
        return []
    fix, path = _ending_in(wanted, network)
    name = "Binary" if wanted == "sigmoid" else "Categorical"
    return [
        Finding(
            severity="error",
            message=f"{name} cross-entropy needs probabilities: the output layer `{last.id}` must "
            f"end in a {wanted}, got {last.function}.",
            layer=last.id,
            path=path,
            fix=fix,
        )
    ]


def _ending_in(activation: Activation, network: Network) -> tuple[Fix, str]:
    """How to let a network end in an activation, and the place that is wrong now."""
    last = network.layers[-1]
    path = f"/network/layers/{len(network.layers) - 1}"
    if "activation" in type(last).model_fields:
        path += "/activation"
        return replace(path, activation, f"Use {activation}"), path
    layer = {
        "kind": "activation",
        "id": free_id(activation, network),
        "activation": activation,
    }
    added = PatchOperation(op="add", path="/network/layers/-", value=layer)
    return Fix(title=f"Add a {activation} layer", patch=(added,)), path


def _wrong_loss(name: str, needs: str) -> Finding:
    return Finding(
        severity="error",
        message=f"{name} needs {needs}, and this data has others; use the automatic loss.",
        path="/training/loss",
        fix=replace("/training/loss", {"kind": "auto"}, "Use the automatic loss"),
    )


def _softmax_of_one(network: Network) -> Finding:
    last = network.layers[-1]
    path = f"/network/layers/{len(network.layers) - 1}/activation"
    return Finding(
        severity="error",
        message=f"The softmax of a single unit is always 1; give `{last.id}` another activation.",
        layer=last.id,
        path=path,
        fix=replace(path, "linear", "Use linear"),
    )


def _training_findings(
    network: Network, training: Training, facts: Facts, examination: Examination
) -> list[Finding]:
    found: list[Finding] = []
    size = training.batch_size
    if isinstance(size, int) and size > facts.samples:
        found.append(
            Finding(
                severity="advice",
                message=f"A batch of {size} is larger than the {facts.samples} training samples, "
                "so every step uses all of them.",
                path="/training/batch_size",
                fix=replace("/training/batch_size", "full", "Use the full batch"),
            )
        )
    learning = [place for place, report in enumerate(examination.layers) if report.parameters]
    if examination.trainable and not learning:
        message = "No layer has weights, so nothing can be learned; add a dense layer."
        found.append(Finding(severity="warning", message=message))
    if learning and all(network.layers[place].is_frozen() for place in learning):
        last = network.layers[learning[-1]].id
        found.append(
            Finding(
                severity="warning",
                message="Every layer is frozen, so nothing can be learned; let one of them learn.",
                fix=replace(f"/network/layers/{learning[-1]}/frozen", False, f"Let {last} learn"),
            )
        )
    return found
