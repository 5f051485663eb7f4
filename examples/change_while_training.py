"""Change the learning rate and a single weight in the middle of a training, and replay it."""

import netlapse as nl


def training() -> nl.Run:
    run = nl.start(nl.presets.circles(), record=False)
    run.train(epochs=10)
    run.intervene({"training.optimizer.learning_rate": 0.003})
    run.edit("hidden-1", "kernel", (0, 1), 2.0)
    return run.train(epochs=10)


with training() as first, training() as second:
    for intervention in first.interventions:
        print(f"at step {intervention.step}: {len(intervention.changes)} change")
    print(f"loss {first.loss[0]:.3f} -> {first.loss[-1]:.3f}")
    print("the same bits again:", (first.loss == second.loss).all())
