"""The platforms: each adapter maps one of them onto the core."""
