"""A look at a programme before its owner regrets it: what costs too much, comes too late, or never holds. Pure."""
