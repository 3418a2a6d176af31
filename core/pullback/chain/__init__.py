"""The chain: what was called is written on a tape, and two sweeps read it, backward and forward."""
