"""Message Translators: the vocabulary of a mapping table, its compiler, codecs, code lists and laws. Pure."""
