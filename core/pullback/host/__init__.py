"""The host finds families, loads them on demand, isolates the broken ones, and fills the lookup tables."""
