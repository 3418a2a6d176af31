"""The families that come with pullback, each a plugin like anyone's."""
