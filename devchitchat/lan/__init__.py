"""Being found on the network, and finding others there."""
