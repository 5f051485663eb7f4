"""PyTorch at its best in plain Python: indexed tensors, no DataLoader, nothing waits for a loss."""

from __future__ import annotations

import time

import torch
from torch import Tensor, nn

from benchmarks.peers.task import Outcome, Task, serve
from benchmarks.peers.torch_network import network

EVALUATED = 2_000


def train(task: Task) -> Outcome:
    """Train so many networks, one after the other; the loss is the last one's."""
    torch.set_num_threads(task.threads)
    arrays = task.load()
    x, y = torch.from_numpy(arrays["inputs"]), torch.from_numpy(arrays["targets"])
    if x.ndim == 4:
        x = x.permute(0, 3, 1, 2).contiguous(memory_format=_format(task))
    y = y.long() if task.loss == "categorical" else y
    loss = nn.CrossEntropyLoss() if task.loss == "categorical" else nn.BCEWithLogitsLoss()
    orders = [torch.from_numpy(order) for order in arrays["orders"].astype("int64")[: task.epochs]]
    networks = [
        network(task.layers, arrays, x[:1]).to(memory_format=_format(task))
        for _ in range(task.networks)
    ]
    started = time.perf_counter()
    for each in networks:
        _train(each, loss, x, y, orders, task)
    seconds = time.perf_counter() - started
    last = networks[-1].eval()
    with torch.no_grad():
        outputs = torch.cat([last(part) for part in x.split(EVALUATED)])
        return Outcome(seconds, float(loss(outputs, y)))


def _format(task: Task) -> torch.memory_format:
    return torch.channels_last if task.channels_last else torch.contiguous_format


def _train(
    model: nn.Module, loss: nn.Module, x: Tensor, y: Tensor, orders: list[Tensor], task: Task
) -> Tensor:
    """Every step's loss is kept, as a tensor: nothing is synchronized while it trains."""
    optimizer: torch.optim.Optimizer
    if task.optimizer == "adam":
        optimizer = torch.optim.Adam(model.parameters(), lr=task.rate, fused=True)
    else:
        optimizer = torch.optim.SGD(model.parameters(), lr=task.rate)
    losses: list[Tensor] = []
    for order in orders:
        batches = zip(x[order].split(task.batch), y[order].split(task.batch), strict=True)
        for inputs, targets in batches:
            optimizer.zero_grad()
            value = loss(model(inputs), targets)
            value.backward()
            optimizer.step()
            losses.append(value.detach())
    return torch.stack(losses)


if __name__ == "__main__":
    serve(f"PyTorch {torch.__version__.partition('+')[0]} eager", train)
