"""Deliveries on their way out: one courier for every channel, and what the recipients' answers mean."""
