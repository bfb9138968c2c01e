"""What carries messages and queues between those who publish and those who listen, in one process or between many."""
