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
    """In how many parts a large batch of images is computed."""
    precision: str
    variant: str
    networks: int


def execution_plan(networks: int = 1) -> ExecutionPlan:
    """The plan of this process."""
    device = jax.devices()[0]
    threads = os.environ[THREADS_VARIABLE]
    return ExecutionPlan(
        netlapse=__version__,
        jax=version("jax"),
        jaxlib=version("jaxlib"),
        device=device.device_kind,
        devices=1,
        processor=processor_features(),
        shards=2,
        precision="float32",
        variant=f"small-products-as-sums, small-loops-whole, {threads} threads",
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
