"""The body around the brain: observe, plan, do, forget."""
