"""What the courts need beyond contracts and mapping tables."""
