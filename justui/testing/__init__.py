"""The test client."""
