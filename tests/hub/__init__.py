"""A Hugging Face Hub for tests: a real HTTP server with its state on disk, for the real clients.

`client.Hub` starts it for a test; `python -m tests.hub --root DIR` starts it by hand. Repositories are real
bare git repositories under DIR, so `git log` and `git fsck` work on them.
"""
