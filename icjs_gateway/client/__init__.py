"""The partner's Python client: push, ask, subscribe, verify."""
