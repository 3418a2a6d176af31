"""The stand-in for `autograd` is no test of ours, although one of its modules is called test_util."""

collect_ignore = ["shim"]
