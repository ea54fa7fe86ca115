"""Questions about ways: p-medians and p-centers."""
