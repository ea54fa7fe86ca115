"""Plain covering: cells of people, greedy sets and swaps, Lagrangian bounds, branch and bound."""
