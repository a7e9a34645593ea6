"""The places where shims live: plain background processes, or windows of a private tmux server."""
