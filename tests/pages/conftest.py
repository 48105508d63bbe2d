from tests.running import server, small_city

__all__ = ["server", "small_city"]
