"""One small function per kind of plan indicator, registered by name."""
