"""What `benchmarks/torture.py` does, a file for each kind of treatment."""
