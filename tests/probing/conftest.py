from tests.engine.conftest import room

__all__ = ["room"]
