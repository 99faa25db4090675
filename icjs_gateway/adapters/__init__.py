"""Channel adapters: the wire layer, and one package a pillar. They know the model and the ports only."""
