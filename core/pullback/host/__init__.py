"""The host: finds families, loads them when they are needed, keeps the broken ones apart, and fills the lookup tables."""
