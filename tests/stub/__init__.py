"""A scripted stand-in for the model services that coding CLIs talk to; `script.py` has its language."""

from tests.stub.server import Stub

__all__ = ["Stub"]
