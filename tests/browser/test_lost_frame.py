"""The check of the eight columns can fail: a frame that is lost is noticed."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute

from tests.browser import eight_columns
from tests.browser.conftest import Site
from tests.browser.eight_columns import differences, start_eight, watch_to_the_end

SCRIPTS = eight_columns.SCRIPTS


def test_one_lost_frame_is_noticed(site: Site, open_page: Callable[..., Page]) -> None:
    """For seat C and no other."""
    page = open_page(site)
    lossy = LossyLine("C")
    page.route_web_socket(re.compile("/ws/"), lossy.connect)
    start_eight(page, site)

    torn = watch_to_the_end(page)
    found = differences(page)
    assert lossy.lost_frames == 1
    assert "C" in torn
    assert list(found) == ["C"]
    shown, expected = found["C"]
    assert len(shown) < len(expected)


class LossyLine:
    """Loses one frame with settled blocks of a seat, and every card that would make up for it."""

    def __init__(self, letter: str) -> None:
        self.lost_frames = 0
        self._blocks = f'hx-target="#seat-{letter}-blocks"'
        self._card = re.compile(
            rf'<hx-partial hx-target="#seat-{letter}" .*?</hx-partial>', re.DOTALL
        )

    def connect(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda frame: self._pass_on(socket, json.loads(frame)["content"]))

    def _pass_on(self, socket: WebSocketRoute, content: str) -> None:
        if self._blocks in content and self.lost_frames == 0:
            self.lost_frames += 1
            return
        if self.lost_frames:
            content = self._card.sub("", content)
        socket.send(json.dumps({"content": content}))
