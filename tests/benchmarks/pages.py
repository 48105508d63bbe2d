"""Pages against their floor: the same page with every question answered from memory."""

from __future__ import annotations

from statistics import median

from tests.benchmarks.serving import Client, database, processor_ms, server, token_of, when_ready

ROUNDS = 40
Result = tuple[float, str, float, str, float, bool]


def empty_page() -> Result:
    """The page of roles holds one small constant table and asks the database only who is there."""
    url = database("demo")
    with (
        server(url) as (port, pid),
        server(url, entry="tests/benchmarks/bare/Home.py") as (bare_port, bare_pid),
    ):
        client = Client(port, token_of(url, "chengguan.duty"), "roles")
        bare = Client(bare_port, "")
        costs = {}
        for name, each, process in (("page", client, pid), ("bare", bare, bare_pid)):
            for _warm in range(10):
                each.click()
            before = processor_ms(process)
            for _round in range(ROUNDS * 2):
                each.click()
            costs[name] = (processor_ms(process) - before) / (ROUNDS * 2)
    return costs["bare"], "ms", costs["page"], "empty page ≤ 10 ms of processor time", 10, False


def overview() -> Result:
    return _against_constant("overview", "", "city.leader")


def grids() -> Result:
    return _against_constant("grids", "", "city.leader")


def _against_constant(page: str, query: str, username: str, size: str = "city") -> Result:
    """Milliseconds of a rerun on that database, in turns with the page on constant data."""
    url = database(size)
    token = token_of(url, username)
    with (
        server(url) as (port, _pid),
        server(url, entry="tests/benchmarks/constant/Home.py", GRID_CONSTANT_TOKEN=token) as (floor_port, _),
    ):
        client = when_ready(port, token, page, query)
        floor = when_ready(floor_port, token, page, query)
        for _warm in range(5):
            client.click()
            floor.click()
        assert client.elements
        assert floor.elements
        times: tuple[list[float], list[float]] = ([], [])
        for _round in range(ROUNDS):
            times[0].append(client.click())
            times[1].append(floor.click())
    return (
        median(times[0]),
        "ms",
        median(times[1]),
        "rerun < 3 × the same widgets with constant data",
        3,
        True,
    )
