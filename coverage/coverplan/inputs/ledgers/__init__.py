"""The lists that bureaus keep: facilities, units, rosters, estates, and what looks suspicious in them."""
