"""Epochs by step are those that the engine counts, also where the batch size changes."""

from __future__ import annotations

from netlapse.protocol.views import View
from netlapse.run import Run


def test_epochs_are_those_of_the_engine(trained: Run) -> None:
    epochs = trained.film.epochs(range(401))
    assert epochs[0] == 0
    for step in (1, 7, 199, 200, 201, 211, 400):
        picture, _ = trained.at(step).picture(View())
        assert (picture.step, picture.epoch) == (step, epochs[step])
