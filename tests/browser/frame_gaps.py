"""How evenly a page draws: the gaps between its frames while a seat streams.

The machine may stall for reasons of its own, and that only ever lengthens a gap. So a page is
smooth when one of a few takes is: what is slow by itself is late in every take. An idle page
records beside it, in the same browser; its stalls are taken off the gaps of their moment.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

MOST_GAP_MS = 100
MOST_TAKES = 3
_FRAME_MS = 17
#: What an idle page shows on a machine that has time for it.
_CALM_GAP_MS = 60
_NEAR_MS = 500

#: Gaps worth keeping, as [end, length] in ms since the epoch. The first second after a load, and
#: the time in which nothing streams, do not count.
_RECORDER = """
(isIdlePage) => {
  window.frameGaps = [];
  window.frameCount = 0;
  let last = null;
  const note = () => {
    const now = performance.now();
    const counts = isIdlePage
      || now > 1000 && document.querySelector(".call-state-streaming") !== null;
    if (counts) window.frameCount += 1;
    if (counts && last !== null && now - last > 30) {
      window.frameGaps.push([performance.timeOrigin + now, now - last]);
    }
    last = counts ? now : null;
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}
"""


@dataclass(frozen=True)
class Gap:
    end_ms: float
    length_ms: float

    @property
    def start_ms(self) -> float:
        return self.end_ms - self.length_ms

    def is_stall_near(self, other: "Gap") -> bool:
        """A starved machine stalls one process and then the other, not both at one moment."""
        if self.length_ms <= _CALM_GAP_MS:
            return False
        return self.start_ms - _NEAR_MS <= other.end_ms and other.start_ms <= self.end_ms + _NEAR_MS


class FrameRecorder:
    """Records in every document that `page` loads from now on."""

    def __init__(self, page: Page, *, is_idle_page: bool = False) -> None:
        self.page = page
        self._kept: list[Gap] = []
        self._frames = 0
        call = f"({_RECORDER})({'true' if is_idle_page else 'false'});"
        page.add_init_script(call)
        if is_idle_page:
            page.goto("about:blank")

    def keep(self) -> None:
        """Take over what this document recorded; call it before the page is left."""
        self._kept += [Gap(*pair) for pair in self.page.evaluate("window.frameGaps")]
        self._frames += self.page.evaluate("window.frameCount")
        self.page.evaluate("window.frameGaps = []; window.frameCount = 0")

    @property
    def frames(self) -> int:
        return self._frames

    @property
    def gaps(self) -> list[Gap]:
        return self._kept

    @property
    def longest_gap_ms(self) -> float:
        return max((gap.length_ms for gap in self._kept), default=0.0)


@dataclass(frozen=True)
class Take:
    """One measurement: a page that streamed, and the idle one beside it."""

    page: FrameRecorder
    idle: FrameRecorder

    def end(self) -> "Take":
        self.page.keep()
        self.idle.keep()
        assert self.page.frames > 0, "Nothing streamed."
        assert self.idle.frames > 0, "The idle page was not drawn."
        return self

    @property
    def is_smooth(self) -> bool:
        return self.longest_own_gap_ms <= MOST_GAP_MS

    @property
    def longest_own_gap_ms(self) -> float:
        """The longest gap, less what the idle page suffered around that time."""
        return max((_own_ms(gap, self.idle.gaps) for gap in self.page.gaps), default=0.0)

    def __str__(self) -> str:
        return (
            f"{self.page.frames} frames, longest gap {self.page.longest_gap_ms:.0f} ms "
            f"(own share {self.longest_own_gap_ms:.0f} ms), "
            f"idle page {self.idle.longest_gap_ms:.0f} ms"
        )


def assert_smooth(measure: Callable[[], Take]) -> None:
    """No frame over the limit, in one of `MOST_TAKES` takes."""
    takes: list[Take] = []
    while len(takes) < MOST_TAKES:
        takes.append(measure())
        print(f"\n{takes[-1]}")  # noqa: T201
        if takes[-1].is_smooth:
            return
    raise AssertionError("; ".join(map(str, takes)))


def _own_ms(gap: Gap, idle_gaps: list[Gap]) -> float:
    stalls = [other.length_ms - _FRAME_MS for other in idle_gaps if other.is_stall_near(gap)]
    return gap.length_ms - max(stalls, default=0.0)
