"""Publishing: build, plan, show, confirm, apply, verify."""
