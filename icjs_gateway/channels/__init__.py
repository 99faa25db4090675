"""Wake-up and event backbone. Carries ids only; what it loses costs latency, nothing else."""
