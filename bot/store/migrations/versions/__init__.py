"""Migrations, applied in order."""
