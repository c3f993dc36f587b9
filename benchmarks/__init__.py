"""Speed as ratios: Regulars and a named floor, side by side in one run."""
