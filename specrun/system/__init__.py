"""The floor of the house: durable files, kernel locks and process trees, from the standard library alone."""
