"""These are projects of their own: their tests run where they are installed (tests/packaging), never from here."""

collect_ignore_glob = ["*"]
