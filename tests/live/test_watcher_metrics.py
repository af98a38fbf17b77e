"""How many watch, and who did not keep up, is counted."""

from django.contrib.auth.models import User

from panels.live.sockets import MOST_QUEUED, Socket
from panels.observing import metrics
from tests.live.conftest import LiveRoom
from tests.live.test_consumers import finished_run


def value_of(name: str) -> float:
    value = metrics.REGISTRY.get_sample_value(name)
    assert value is not None
    return value


async def test_watchers_are_counted_while_they_watch(room: LiveRoom) -> None:
    before = value_of("fusionweb_watchers")
    run = await finished_run(room)
    first, second = await room.watch(run), await room.watch(run)
    stranger = await room.watch(run, user=await User.objects.acreate(username="stranger"))
    seen = [value_of("fusionweb_watchers") - before]
    await first.leave()
    await second.leave()
    seen.append(value_of("fusionweb_watchers") - before)
    assert (seen, stranger.is_connected) == ([2, 0], False)


async def test_a_watcher_that_does_not_keep_up_is_counted_once() -> None:
    before = value_of("fusionweb_slow_watchers_sent_away_total")
    closed = []
    socket = Socket(close=lambda: closed.append(1), check_access=lambda: None)
    for _ in range(MOST_QUEUED + 5):
        socket.send("frame")
    assert closed == [1]
    assert value_of("fusionweb_slow_watchers_sent_away_total") - before == 1
