"""Simulated photographs of sketches, and the training of the network that sets geometry, writing and paper apart."""
