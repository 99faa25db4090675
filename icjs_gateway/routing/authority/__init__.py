"""Whose word counts: the speaking place of a message, and its standing in a case."""
