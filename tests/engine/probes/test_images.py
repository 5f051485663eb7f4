"""Activations and gradients of single images, beside PyTorch and finite differences."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
import torch
from torch.nn import functional

from netlapse.engine.forward import forward
from netlapse.engine.probes.images import BLOCK, ImageProbe, nudged_forward
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from tests.engine.building import dense
from tests.engine.probes.images import conv, head, image_trainer, named, pictures

PLAIN = [
    conv("first", 4, "relu"),
    named("max-pool2d"),
    conv("second", 3, "tanh", kernel_size=3, padding="valid"),
    *head(),
]
BRANCHED = [
    conv("first", 3, "tanh"),
    named("batch-norm"),
    conv("branch", 3, "sigmoid", kernel_size=5),
    named("add", inputs=["first", "branch"]),
    named("separable-conv2d", filters=2, activation="tanh"),
    named("concatenate", inputs=["separable-conv2d", "add"]),
    named("dropout"),
    *head(),
]


def _torch(trainer: Trainer, image: Any, label: int) -> dict[str, torch.Tensor]:
    """The plain network in PyTorch after its backward pass, channels first."""
    weights = {
        f"{layer}.{name}": torch.tensor(np.array(value), requires_grad=True)
        for layer, own in trainer.state.parameters.items()
        for name, value in own.items()
    }
    kernel = lambda layer: weights[f"{layer}.kernel"].permute(3, 2, 0, 1)  # noqa: E731
    x = torch.tensor(np.array(image)).permute(2, 0, 1)[None].requires_grad_()
    found = {"input": x}
    found["first"] = functional.relu(
        functional.conv2d(x, kernel("first"), weights["first.bias"], padding=1)
    )
    found["max-pool2d"] = functional.max_pool2d(found["first"], 2)
    found["second"] = torch.tanh(
        functional.conv2d(found["max-pool2d"], kernel("second"), weights["second.bias"])
    )
    found["flatten"] = found["second"].permute(0, 2, 3, 1).flatten(1)
    found["output"] = found["flatten"] @ weights["output.kernel"] + weights["output.bias"]
    for value in found.values():
        value.retain_grad()
    loss = functional.cross_entropy(found["output"], torch.tensor([label]))
    loss.backward()
    return {**found, **weights, "loss": loss}


def _last(values: torch.Tensor) -> Any:
    """Channels last, without the batch."""
    one = values.detach()[0]
    return (one.permute(1, 2, 0) if one.ndim == 3 else one).numpy()


def test_everything_is_pytorchs(programs: Programs) -> None:
    trainer = image_trainer(programs, PLAIN)
    data = trainer.samples
    look = ImageProbe(trainer.structure).look(
        trainer.state.parameters, data.train_inputs[3:4], data.train_targets[3:4]
    )
    peer = _torch(trainer, data.train_inputs[3], int(data.train_targets[3]))
    assert (
        set(look.activations)
        == set(look.activation_gradients)
        == set(peer) - {name for name in peer if "." in name or name == "loss"}
    )
    assert look.loss == pytest.approx(peer["loss"].item(), rel=1e-5)
    for layer in ("input", "first", "max-pool2d", "second", "flatten"):
        np.testing.assert_allclose(look.activations[layer], _last(peer[layer]), atol=1e-5)
    for layer, gradient in look.activation_gradients.items():
        expected = peer[layer].grad
        assert expected is not None
        np.testing.assert_allclose(gradient, _last(expected), rtol=1e-4, atol=1e-5)
    for layer, own in look.gradients.items():
        for name, gradient in own.items():
            np.testing.assert_allclose(gradient, peer[f"{layer}.{name}"].grad, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("layers", [PLAIN, BRANCHED], ids=["plain", "branched"])
def test_activations_are_those_of_the_forward_pass(programs: Programs, layers: Any) -> None:
    trainer = image_trainer(programs, layers)
    images, targets = trainer.samples.train_inputs[:6], trainer.samples.train_targets[:6]
    expected = forward(trainer.spec.network, trainer.state.parameters, {}, images).activations
    probe = ImageProbe(trainer.structure)
    for look in (
        probe.look(trainer.state.parameters, images),
        probe.look(trainer.state.parameters, images, targets),
    ):
        np.testing.assert_allclose(look.activations["input"], images.mean(axis=0), rtol=1e-6)
        assert set(look.activations) == {"input", *expected}
        for layer, values in expected.items():
            np.testing.assert_allclose(look.activations[layer], values.mean(axis=0), atol=1e-6)


def test_gradients_of_activations_are_finite_differences(programs: Programs) -> None:
    """Of every layer of a network that branches and merges."""
    trainer = image_trainer(programs, BRANCHED)
    image, target = trainer.samples.train_inputs[:1], trainer.samples.train_targets[:1]
    parameters = trainer.state.parameters
    probe = ImageProbe(trainer.structure)
    look = probe.look(parameters, image, target)
    shapes = {layer: (1, *values.shape) for layer, values in look.activations.items()}

    @jax.jit
    def loss(nudges: Any) -> Any:
        z, _ = nudged_forward(trainer.structure, parameters, nudges, image)
        return -jax.nn.log_softmax(z)[0, target[0]]

    random = np.random.default_rng(0)
    for layer in shapes:
        gradient = look.activation_gradients[layer]
        direction = random.normal(size=gradient.shape)
        direction /= np.linalg.norm(direction)
        zeros = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
        step = np.float32(0.02) * direction[None].astype(np.float32)
        ahead, behind = (loss({**zeros, layer: sign * step}) for sign in (1, -1))
        expected = float(ahead - behind) / 0.04
        assert float((gradient * direction).sum()) == pytest.approx(expected, rel=0.03, abs=3e-4)


def test_a_mean_over_images_is_the_mean_of_each(programs: Programs) -> None:
    trainer = image_trainer(programs, PLAIN)
    images, targets = trainer.samples.train_inputs[:4], trainer.samples.train_targets[:4]
    probe, parameters = ImageProbe(trainer.structure), trainer.state.parameters
    whole = probe.look(parameters, images, targets)
    each = [probe.look(parameters, images[i : i + 1], targets[i : i + 1]) for i in range(4)]
    assert whole.loss == pytest.approx(np.mean([look.loss for look in each]), rel=1e-5)
    for layer, gradient in whole.activation_gradients.items():
        expected = np.mean([look.activation_gradients[layer] for look in each], axis=0)
        np.testing.assert_allclose(gradient, expected, atol=1e-6)


@pytest.mark.parametrize("label", range(5))
def test_saliency_is_pytorchs(programs: Programs, label: int) -> None:
    trainer = image_trainer(programs, PLAIN)
    image = trainer.samples.train_inputs[5]
    logit, gradient = ImageProbe(trainer.structure).saliency(trainer.state.parameters, image, label)
    found = _torch(trainer, image, label)
    x = found["input"]
    x.grad = None
    found["output"] = _again(trainer, x)
    found["output"][0, label].backward()
    assert x.grad is not None
    assert logit == pytest.approx(found["output"][0, label].item(), rel=1e-4)
    np.testing.assert_allclose(gradient, _last(x.grad), rtol=1e-4, atol=1e-5)


def _again(trainer: Trainer, x: torch.Tensor) -> torch.Tensor:
    own = {
        f"{layer}.{name}": torch.tensor(np.array(value))
        for layer, parameters in trainer.state.parameters.items()
        for name, value in parameters.items()
    }
    kernel = lambda layer: own[f"{layer}.kernel"].permute(3, 2, 0, 1)  # noqa: E731
    first = functional.relu(functional.conv2d(x, kernel("first"), own["first.bias"], padding=1))
    second = torch.tanh(
        functional.conv2d(functional.max_pool2d(first, 2), kernel("second"), own["second.bias"])
    )
    flat = second.permute(0, 2, 3, 1).flatten(1)
    return flat @ own["output.kernel"] + own["output.bias"]


def test_of_two_classes_the_first_has_the_negative_sum(programs: Programs) -> None:
    layers = [named("flatten"), dense("output", 1, "sigmoid")]
    trainer = image_trainer(programs, layers, pictures(classes=2))
    probe, image = ImageProbe(trainer.structure), trainer.samples.train_inputs[0]
    second, by_second = probe.saliency(trainer.state.parameters, image, 1)
    first, by_first = probe.saliency(trainer.state.parameters, image, 0)
    assert first == pytest.approx(-second)
    np.testing.assert_array_equal(by_first, -by_second)
    kernel = np.asarray(trainer.state.parameters["output"]["kernel"])
    np.testing.assert_allclose(by_second, kernel.reshape(image.shape))


@pytest.mark.parametrize("count", [1, BLOCK, BLOCK + 6])
def test_outputs_of_any_number_of_images(programs: Programs, count: int) -> None:
    trainer = image_trainer(programs, PLAIN, pictures(count=BLOCK + 6))
    images = trainer.samples.train_inputs[:count]
    outputs = ImageProbe(trainer.structure).outputs(trainer.state.parameters, images)
    expected = trainer.activity(images)["output"]
    assert outputs.shape == (count, 5)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-6)
