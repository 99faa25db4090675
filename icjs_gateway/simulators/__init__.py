"""Simulators: pillar systems as real HTTP and SOAP peers of the gateway, with ledgers of their own.

They play the partners, faults included, and prove from outside what the gateway promises. They know only the
client, the mappings and the model: what they find out, any partner could.
"""
