"""Where something may be opened, and why not."""
