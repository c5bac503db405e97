"""Where to go: places where one could speak, how they behave, and what came of it."""
