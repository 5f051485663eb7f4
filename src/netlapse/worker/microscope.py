"""The live look into layers: maps of activations, kernels and gradients, and distributions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import copy
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from netlapse.data import Dataset
from netlapse.engine.probes.images import ImageProbe, Look
from netlapse.engine.probes.layers import distribution
from netlapse.engine.probes.maps import (
    SCALE,
    ZERO,
    Floats,
    Limits,
    image_sources,
    kernel_channels,
    kernel_maps,
    kernel_name,
    laid_out,
    limits,
    quantized,
    reduced,
    unit_maps,
)
from netlapse.engine.trainer import Trainer
from netlapse.errors import NetlapseError
from netlapse.protocol.frames import Array, Quantized
from netlapse.protocol.messages import LookedLayer, MicroscopePart, Summary
from netlapse.protocol.views import LayerLook, MicroscopeView
from netlapse.spec.examination import examine
from netlapse.spec.layers import INPUT, Parameter, Shape
from netlapse.spec.network import declared_parameters
from netlapse.worker.drawings import Drawings
from netlapse.worker.subjects import Chosen, as_targets, chosen, label_of

MAX_VALUES = 4 * 1024 * 1024
"""Of a picture: bytes, most of them."""
MAX_FLAT = 4096
_NEED_GRADIENTS = ("activation-gradients", "kernel-gradients", "distributions")

Buffers = dict[str, Array | Quantized]


@dataclass(frozen=True)
class _Anatomy:
    """What is known of a structure without its weights."""

    shapes: Mapping[str, Shape]
    """Output shape of one sample by layer, and of `input`."""
    sources: Mapping[str, Shape]
    """The image that a dense layer's features are the values of."""
    declared: Mapping[str, Mapping[str, Parameter]]
    probe: ImageProbe


@dataclass(frozen=True)
class _Quantity:
    """One quantity of all layers as maps [units, h, w], and what full scale stands for."""

    maps: Mapping[str, Floats]
    limits: Mapping[str, Limits]


class Microscope:
    """Looks into the layers of one training; keeps the compiled probe."""

    def __init__(self, trainer: Trainer, dataset: Dataset, drawings: Drawings) -> None:
        self._trainer = trainer
        self._dataset = dataset
        self._drawings = drawings
        self._anatomies: dict[str, _Anatomy] = {}

    def of(self, trainer: Trainer) -> Microscope:
        """The same of another moment of the training."""
        other = copy(self)
        other._trainer = trainer
        return other

    @property
    def probe(self) -> ImageProbe:
        """The probe of the present structure."""
        return self._anatomy().probe

    def shapes(self) -> Mapping[str, Shape]:
        """Output shape of one sample by layer, and of `input`."""
        return self._anatomy().shapes

    def draw(self, view: MicroscopeView) -> tuple[MicroscopePart, Buffers]:
        """The answer to a view now, and its buffers."""
        try:
            subject = chosen(self._dataset, self._drawings, view.subject, strict=False)
            look, label = self._look(view, subject)
        except NetlapseError as error:
            problem = f"{error.message} {error.remedy}".strip()
            return MicroscopePart.model_construct(
                part=None,
                index=None,
                truth=None,
                label=None,
                loss=None,
                scope=view.scope,
                layers=(),
                left_out=(),
                problem=problem,
            ), {}
        layers, left_out, buffers = self._layers(view, look)
        finite = look.loss is not None and math.isfinite(look.loss)
        part = MicroscopePart.model_construct(
            part=subject.part,
            index=subject.index,
            truth=subject.truth if self._dataset.task != "regression" else None,
            label=label,
            loss=look.loss if finite else None,
            scope=view.scope,
            layers=tuple(layers),
            left_out=tuple(left_out),
            problem="",
        )
        return part, buffers

    def _look(self, view: MicroscopeView, subject: Chosen) -> tuple[Look, int | None]:
        """Activations, and gradients where they are asked for, with the class that they are of."""
        parameters, task = self._trainer.state.parameters, self._dataset.task
        probe = self._anatomy().probe
        targets, label = subject.targets, subject.truth
        if set(view.show) <= {"kernels"}:
            return Look({}, {}, {}, None), None
        if not any(name in view.show for name in _NEED_GRADIENTS):
            return probe.look(parameters, subject.images), None
        if targets is None:
            label = label_of(task, probe.outputs(parameters, subject.images), None)
            targets = as_targets(task, label)
        look = probe.look(parameters, subject.images, targets)
        return look, label if task != "regression" else None

    def _layers(
        self, view: MicroscopeView, look: Look
    ) -> tuple[list[LookedLayer], list[str], Buffers]:
        anatomy = self._anatomy()
        quantities = self._quantities(view, look)
        buffers: Buffers = {}
        maps: dict[str, Floats] = {}
        scales: dict[str, Limits] = {}
        layers: list[LookedLayer] = []
        left_out: list[str] = []
        room = MAX_VALUES
        for wanted in view.layers:
            if wanted.layer not in anatomy.shapes:
                continue
            pages = {
                f"{name}:{wanted.layer}": _page(quantity, wanted, view.size)
                for name, quantity in quantities.items()
                if wanted.layer in quantity.maps
            }
            room -= sum(page.size + limit.size for page, limit in pages.values())
            if room < 0:
                left_out.append(wanted.layer)
                continue
            for name, (page, limit) in pages.items():
                if page.ndim == 1:
                    buffers[name] = page
                else:
                    maps[name], scales[name] = page, limit
                buffers[f"limits:{name}"] = limit
            layers.append(self._described(wanted, view, look))
        stored = quantized(maps, scales)
        return layers, left_out, buffers | {n: Quantized(v, SCALE, ZERO) for n, v in stored.items()}

    def _quantities(self, view: MicroscopeView, look: Look) -> dict[str, _Quantity]:
        """What is shown as maps, of all layers, with its scales."""
        channels = {wanted.layer: wanted.channel for wanted in view.layers}
        # A scale of the whole network is found in all layers, be they looked at or not.
        layers = self._anatomy().shapes if view.scope == "network" else channels
        found: dict[str, dict[str, Floats]] = {}
        for shown, name, values in (
            ("activations", "activation-maps", look.activations),
            ("activation-gradients", "activation-gradient-maps", look.activation_gradients),
        ):
            if shown in view.show:
                found[name] = {
                    layer: unit_maps(values[layer]) for layer in layers if layer in values
                }
        for shown, name, parameters in (
            ("kernels", "kernel-maps", self._trainer.state.parameters),
            ("kernel-gradients", "kernel-gradient-maps", look.gradients),
        ):
            if shown in view.show:
                own = {layer: parameters[layer] for layer in layers if layer in parameters}
                found[name] = self._kernel_maps(own, channels)
        maps, largest = laid_out({(name, of): own[of] for name, own in found.items() for of in own})
        return {
            name: _Quantity(
                {of: maps[name, of] for of in own},
                _limits({of: largest[name, of] for of in own}, view.scope),
            )
            for name, own in found.items()
        }

    def _kernel_maps(
        self,
        parameters: Mapping[str, Mapping[str, Any]],
        channels: Mapping[str, int | None],
    ) -> dict[str, Floats]:
        sources = self._anatomy().sources
        return {
            layer: kernel_maps(np.asarray(own[name]), sources.get(layer), channels.get(layer))
            for layer, own in parameters.items()
            if (name := kernel_name(own))
        }

    def _described(self, wanted: LayerLook, view: MicroscopeView, look: Look) -> LookedLayer:
        layer, anatomy = wanted.layer, self._anatomy()
        shape = anatomy.shapes[layer]
        own = self._trainer.state.parameters.get(layer, {})
        name = kernel_name(own)
        channels, kernel_size = 0, None
        if name is not None:
            kernel, source = own[name], anatomy.sources.get(layer)
            channels = kernel_channels(kernel, source)
            kernel_size = kernel.shape[:2] if kernel.ndim == 4 else (source or (1, len(kernel)))[:2]
        start, count = _span(shape, wanted)
        channel = wanted.channel
        return LookedLayer.model_construct(
            layer=layer,
            shape=shape,
            units=shape[-1],
            start=start,
            count=count,
            channels=channels,
            channel=None if channel is None or not channels else min(channel, channels - 1),
            kernel_size=kernel_size,
            summaries=self._summaries(layer, look) if "distributions" in view.show else (),
        )

    def _summaries(self, layer: str, look: Look) -> tuple[Summary, ...]:
        quantities: dict[str, list[Floats]] = {"activations": [look.activations[layer]]}
        own = self._trainer.state.parameters.get(layer, {})
        gradients = look.gradients.get(layer, {})
        declared = self._anatomy().declared.get(layer, {})
        for name, parameter in declared.items():
            if parameter.trainable:
                kind = ("weights", "weight gradients") if parameter.penalized else _BIASES
                quantities.setdefault(kind[0], []).append(np.asarray(own[name]))
                if name in gradients:
                    quantities.setdefault(kind[1], []).append(gradients[name])
        quantities["activation gradients"] = [look.activation_gradients[layer]]
        return tuple(
            Summary.model_construct(
                quantity=quantity,
                **asdict(distribution(np.concatenate([value.ravel() for value in values]))),
            )
            for quantity, values in quantities.items()
        )

    def _anatomy(self) -> _Anatomy:
        structure = self._trainer.structure
        key = structure.key
        if key not in self._anatomies:
            self._anatomies.clear()
            facts = self._trainer.samples.facts
            reports = examine(structure.network, facts).layers
            shapes = {INPUT: facts.input_shape}
            shapes |= {r.layer: r.output_shape for r in reports if r.output_shape is not None}
            self._anatomies[key] = _Anatomy(
                shapes,
                image_sources(structure.network, shapes),
                declared_parameters(structure.network, facts.input_shape),
                ImageProbe(structure),
            )
        return self._anatomies[key]


_BIASES = ("biases", "bias gradients")


def _limits(largest: Mapping[str, Limits], scope: Any) -> dict[str, Limits]:
    """The input keeps a scale of its own: it is no layer."""
    inputs = {layer: own for layer, own in largest.items() if layer == INPUT}
    layers = {layer: own for layer, own in largest.items() if layer != INPUT}
    return limits(layers, scope) | limits(inputs, "unit" if scope == "unit" else "layer")


def _span(shape: Shape, wanted: LayerLook) -> tuple[int, int]:
    """The first unit that is shown, and how many are."""
    units = shape[-1]
    start = min(wanted.start, units - 1)
    most = wanted.count if math.prod(shape[:-1]) > 1 else MAX_FLAT
    return start, min(most, units - start)


def _page(quantity: _Quantity, wanted: LayerLook, size: int) -> tuple[Floats, Limits]:
    """The units of a layer that are shown, maps [count, h, w] or mere values [count], and their
    limits."""
    maps, limit = quantity.maps[wanted.layer], quantity.limits[wanted.layer]
    start = min(wanted.start, len(maps) - 1)
    if maps.shape[1:] == (1, 1):
        shown = slice(start, start + MAX_FLAT)
        return maps[shown, 0, 0], limit[shown]
    shown = slice(start, start + wanted.count)
    return reduced(maps[shown], size), limit[shown]
