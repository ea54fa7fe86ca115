"""Tables and reports made from a result, computing nothing."""
