"""Contract folders, compiled: XSD, JSON Schema, WSDL, mapping and the lock of published digests."""
