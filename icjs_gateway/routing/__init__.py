"""The broker's decisions and pipelines, and the ports they need. Pure but for awaiting its ports."""
