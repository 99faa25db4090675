"""The canonical CCTNS case model: events, identifiers, findings, errors. Pure."""
