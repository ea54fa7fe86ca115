"""The desk: a local page on which an official tries sites and sees at once what they do to coverage and plan."""
