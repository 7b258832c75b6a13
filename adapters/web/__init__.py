"""The web port: health for everybody, and the playground, a small platform of its own in the browser."""

from adapters.web.app import create

__all__ = ["create"]
