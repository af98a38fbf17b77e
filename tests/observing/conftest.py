from tests.engine.conftest import room
from tests.engine.paid_room import paid

__all__ = ["paid", "room"]
