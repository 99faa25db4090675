"""Five pillar systems as real HTTP and SOAP peers, for the demo and the tests."""
