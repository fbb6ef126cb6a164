from tests.integration.api.conftest import client, team
from tests.integration.events.conftest import own_client, own_redis

__all__ = ["client", "own_client", "own_redis", "team"]
