"""PyTorch at its best in plain Python: indexed tensors, no DataLoader, nothing waits for a loss."""

from __future__ import annotations

import time

import torch
from torch import Tensor, nn

from benchmarks.peers.task import Outcome, Task, serve

_FUNCTIONS = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "relu": nn.ReLU}


def train(task: Task) -> Outcome:
    """Train so many networks, one after the other; the loss is the last one's."""
    torch.set_num_threads(task.threads)
    arrays = task.load()
    x, y = torch.from_numpy(arrays["inputs"]), torch.from_numpy(arrays["targets"])
    y = y.long() if task.loss == "categorical" else y
    loss = nn.CrossEntropyLoss() if task.loss == "categorical" else nn.BCEWithLogitsLoss()
    orders = [torch.from_numpy(order) for order in arrays["orders"].astype("int64")[: task.epochs]]
    networks = [_network(task, arrays) for _ in range(task.networks)]
    started = time.perf_counter()
    for network in networks:
        _train(network, loss, x, y, orders, task)
    seconds = time.perf_counter() - started
    with torch.no_grad():
        return Outcome(seconds, float(loss(networks[-1](x), y)))


def _network(task: Task, arrays: dict) -> nn.Sequential:
    modules: list[nn.Module] = []
    for index, (layer, activation) in enumerate(task.layers):
        kernel = torch.from_numpy(arrays[f"{layer}.kernel"])
        linear = nn.Linear(*kernel.shape)
        with torch.no_grad():
            linear.weight.copy_(kernel.T)
            linear.bias.copy_(torch.from_numpy(arrays[f"{layer}.bias"]))
        modules.append(linear)
        if index < len(task.layers) - 1:
            modules.append(_FUNCTIONS[activation]())
    return nn.Sequential(*modules)


def _train(
    network: nn.Module, loss: nn.Module, x: Tensor, y: Tensor, orders: list[Tensor], task: Task
) -> Tensor:
    """Every step's loss is kept, as a tensor: nothing is synchronized while it trains."""
    optimizer = torch.optim.SGD(network.parameters(), lr=task.rate)
    losses: list[Tensor] = []
    for order in orders:
        batches = zip(x[order].split(task.batch), y[order].split(task.batch), strict=True)
        for inputs, targets in batches:
            optimizer.zero_grad()
            value = loss(network(inputs), targets)
            value.backward()
            optimizer.step()
            losses.append(value.detach())
    return torch.stack(losses)


if __name__ == "__main__":
    serve(f"PyTorch {torch.__version__.partition('+')[0]} eager", train)
