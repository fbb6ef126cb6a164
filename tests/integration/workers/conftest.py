from tests.integration.events.conftest import own_client, own_redis

__all__ = ["own_client", "own_redis"]
