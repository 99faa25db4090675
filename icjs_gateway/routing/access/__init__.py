"""Who may do and see what. Default deny: what nothing allows is not allowed."""
