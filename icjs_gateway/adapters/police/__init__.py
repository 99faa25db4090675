"""What the police need beyond contracts and mapping tables."""
