"""Readers: one module per kind of thing read; files in, plain tables and arrays out, with every problem named."""
