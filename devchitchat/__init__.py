"""The front hall: the commands, the configuration, the logs and the composition root; nothing imports it."""
