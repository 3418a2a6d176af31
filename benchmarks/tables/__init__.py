"""What makes the tables, a file each."""
