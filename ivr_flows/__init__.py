"""What callers hear and press: flows as data, a pure step function, prompts in five languages."""
