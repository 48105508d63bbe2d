from tests.lib.signing_in import checks, hand, people
from tests.running import server, small_city

__all__ = ["checks", "hand", "people", "server", "small_city"]
