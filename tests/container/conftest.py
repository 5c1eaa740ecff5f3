import pytest

from pyfly.container import Container
from pyfly.metadata import MetadataRegistry


@pytest.fixture
def registry() -> MetadataRegistry:
    return MetadataRegistry()


@pytest.fixture
def container(registry: MetadataRegistry) -> Container:
    return Container(registry)
