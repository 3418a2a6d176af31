"""What an array variable is: its kind, its methods, its views and its arrays of objects."""
