"""Many areas at once: one result folder each, computed by workers whose end costs only their own area.

Other rooms use: `batch_file`, `run_batch`.
"""
