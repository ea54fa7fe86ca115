"""What is on the ground of one place, read and put together from the study file or the ledger."""
