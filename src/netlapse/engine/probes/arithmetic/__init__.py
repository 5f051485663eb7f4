"""How every number of a walk comes about, with the numbers themselves: one file for each family of
layers, one for activations, losses and optimizers."""
