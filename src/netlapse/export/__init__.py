"""What leaves netlapse: figures, animations, tables, bundles."""
