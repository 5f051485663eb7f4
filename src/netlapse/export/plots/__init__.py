"""One plot for each kind of scene: each draws into a matplotlib figure and prints its scale."""
