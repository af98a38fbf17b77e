"""A name server that says what a test wants, and an internet that is one loopback address."""

from panels.tools.addresses import IPAddress, WhatItIs, what_is_not_public


class Names:
    """Each name has the answers it gives, one after the other; the last one stays."""

    def __init__(self, **answers: list[str] | list[list[str]]) -> None:
        self._answers = {
            name.replace("__", "-").replace("_", "."): answer for name, answer in answers.items()
        }
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host not in self._answers:
            raise OSError(f"There is no {host}.")
        answers = self._answers[host]
        if answers and isinstance(answers[0], list):
            return answers.pop(0) if len(answers) > 1 else answers[0]
        return answers


def only_not_public_outside(address: str) -> WhatItIs:
    """As in production, except that this one address counts as public."""

    def what_it_is(asked: IPAddress) -> str:
        return "" if str(asked) == address else what_is_not_public(asked)

    return what_it_is
