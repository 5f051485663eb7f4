"""One file for each format; what is here never changes once it was released."""
