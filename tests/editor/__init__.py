"""What editors show of specs, by the language server that most of them ask about YAML."""
