"""ICJS Gateway: the interoperability gateway of a criminal justice system."""
