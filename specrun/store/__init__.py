"""Everything that lasts: attempt directories, run records, and the repository behind them."""
