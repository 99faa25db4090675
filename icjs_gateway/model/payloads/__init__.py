"""Payloads of canonical events, one module a noun: what `data` holds beside the case."""
