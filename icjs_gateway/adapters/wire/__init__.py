"""The wire: hardened XML, JSON and SOAP, signatures, encryption and outbound HTTP.

One parser module per format. Nothing else in the gateway parses what came from outside.
"""
