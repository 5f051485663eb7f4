"""Keras by `fit`, with every step's loss kept as far as Keras gives it."""

from __future__ import annotations

import time

import keras

from benchmarks.peers.task import Outcome, Task, serve


def train(task: Task) -> Outcome:
    """Train one network; the first epochs, which compile, are not timed."""
    keras.utils.set_random_seed(task.seed)
    arrays = task.load()
    x, y = arrays["inputs"], arrays["targets"]
    model = _model(task, x.shape[1:])
    model.fit(x, y, task.batch, epochs=1, verbose=0)
    _set_first_weights(model, task, arrays)
    started = time.perf_counter()
    model.fit(x, y, task.batch, epochs=task.epochs, verbose=0)
    seconds = time.perf_counter() - started
    return Outcome(seconds, float(model.evaluate(x, y, batch_size=min(len(x), 25_000), verbose=0)))


def _model(task: Task, shape: tuple[int, ...]) -> keras.Sequential:
    model = keras.Sequential([keras.Input(shape)])
    for index, layer in enumerate(task.layers):
        model.add(_layer(layer, last=index == len(task.layers) - 1))
    losses = {
        "binary": keras.losses.BinaryCrossentropy(from_logits=True),
        "categorical": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    }
    optimizers = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}
    model.compile(optimizers[task.optimizer](task.rate), losses[task.loss])
    return model


def _layer(layer: dict, *, last: bool) -> keras.Layer:
    function = None if last else layer.get("activation", "linear")
    match layer["kind"]:
        case "dense":
            return keras.layers.Dense(layer["units"], activation=function, name=layer["id"])
        case "conv2d":
            return keras.layers.Conv2D(
                layer["filters"],
                layer["kernel_size"],
                padding=layer["padding"],
                activation=function,
                use_bias=layer["use_bias"],
                name=layer["id"],
            )
        case "batch-norm":
            momentum = 1 - layer["momentum"]
            return keras.layers.BatchNormalization(momentum=momentum, epsilon=layer["epsilon"])
        case "max-pool2d":
            return keras.layers.MaxPooling2D(layer["pool"])
        case "dropout":
            return keras.layers.Dropout(layer["rate"])
        case "flatten":
            return keras.layers.Flatten()
        case "activation":
            return keras.layers.Activation(function)
        case kind:
            raise NotImplementedError(kind)


def _set_first_weights(model: keras.Sequential, task: Task, arrays: dict) -> None:
    """Normalizations start as ours do."""
    for layer in task.layers:
        kernel = arrays.get(f"{layer['id']}.kernel")
        if kernel is not None:
            bias = arrays.get(f"{layer['id']}.bias")
            own = model.get_layer(layer["id"])
            own.set_weights([kernel] if bias is None else [kernel, bias])


if __name__ == "__main__":
    serve(f"Keras {keras.__version__} fit on {keras.backend.backend()}", train)
