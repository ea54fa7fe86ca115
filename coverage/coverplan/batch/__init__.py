"""Many areas at once: one result folder each, computed by workers whose end costs only their own area."""
