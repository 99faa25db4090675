"""The law as documents name it: acts, provisions, and the tables that relate them. Pure.

What is read here stands beside what was written and never replaces it: nobody's section is rewritten to another law.
"""

from icjs_gateway.mappings.law.provisions import Provision, Reading, read_provisions

__all__ = ["Provision", "Reading", "read_provisions"]
