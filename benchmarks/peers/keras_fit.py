"""Keras on JAX, by `fit`, with every step's loss kept as far as Keras gives it."""

from __future__ import annotations

import time

import keras

from benchmarks.peers.task import Outcome, Task, serve


def train(task: Task) -> Outcome:
    """Train one network; the first epochs, which compile, are not timed."""
    keras.utils.set_random_seed(task.seed)
    arrays = task.load()
    x, y = arrays["inputs"], arrays["targets"]
    model = _model(task, x.shape[1])
    model.fit(x, y, task.batch, epochs=1, verbose=0)
    _set_first_weights(model, task, arrays)
    started = time.perf_counter()
    model.fit(x, y, task.batch, epochs=task.epochs, verbose=0)
    seconds = time.perf_counter() - started
    return Outcome(seconds, float(model.evaluate(x, y, batch_size=len(x), verbose=0)))


def _model(task: Task, features: int) -> keras.Sequential:
    model = keras.Sequential([keras.Input((features,))])
    arrays = task.load()
    for index, (layer, activation) in enumerate(task.layers):
        last = index == len(task.layers) - 1
        units = arrays[f"{layer}.bias"].shape[0]
        model.add(keras.layers.Dense(units, activation=None if last else activation))
    losses = {
        "binary": keras.losses.BinaryCrossentropy(from_logits=True),
        "categorical": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    }
    model.compile(keras.optimizers.SGD(task.rate), losses[task.loss])
    return model


def _set_first_weights(model: keras.Sequential, task: Task, arrays: dict) -> None:
    for dense, (layer, _) in zip(model.layers, task.layers, strict=True):
        dense.set_weights([arrays[f"{layer}.kernel"], arrays[f"{layer}.bias"]])


if __name__ == "__main__":
    serve(f"Keras {keras.__version__} fit on JAX", train)
