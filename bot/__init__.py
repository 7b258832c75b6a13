"""The core: asyncio and our own words, no platform and no vendor."""
