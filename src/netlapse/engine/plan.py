"""The execution plan: what the bits of a run depend on beside spec and interventions."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import jax

from netlapse.engine.backend import THREADS_VARIABLE
from netlapse.engine.structure import Structure
from netlapse.version import __version__


@dataclass(frozen=True)
class ExecutionPlan:
    """Two trainings with equal plans, specs and interventions are equal to the bit."""

    netlapse: str
    jax: str
    jaxlib: str
    device: str
    devices: int
    processor: str
    shards: int
    """In how many parts a batch is computed, side by side."""
    precision: str
    variant: str
    networks: int


def execution_plan(structure: Structure, networks: int = 1) -> ExecutionPlan:
    """The plan of a training in this process."""
    device = jax.devices()[0]
    variant = ["small-products-as-sums", "small-loops-whole"]
    variant.append(f"{os.environ[THREADS_VARIABLE]} threads")
    if structure.calls_onednn:
        variant.append("convolutions and their gradients by oneDNN")
    return ExecutionPlan(
        netlapse=__version__,
        jax=version("jax"),
        jaxlib=version("jaxlib"),
        device=device.device_kind,
        devices=1,
        processor=processor_features(),
        shards=structure.shards,
        precision="float32",
        variant=", ".join(variant),
        networks=networks,
    )


def processor_features() -> str:
    """A short hash of the processor's name and features."""
    text = platform.machine() + platform.processor()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        text += next((line for line in lines if line.startswith(("flags", "Features"))), "")
    except OSError:
        pass  # not Linux: the machine's name must do
    return hashlib.sha256(text.encode()).hexdigest()[:12]
