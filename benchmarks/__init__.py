"""What pyfly costs, next to its peers: ``python -m benchmarks --help``."""
