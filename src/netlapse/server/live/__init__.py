"""The live channel: runs on one side, viewers on the other, and nothing that can grow between."""
