"""Where a row is: coordinates, datums, declared units and names of units."""
