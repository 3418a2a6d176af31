"""What the compiled core does with arrays, and the same in Python where there is none."""
