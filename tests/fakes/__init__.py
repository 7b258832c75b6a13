"""Fakes that implement the ports, fit to read: the platform in memory, a model that says what it is told."""
