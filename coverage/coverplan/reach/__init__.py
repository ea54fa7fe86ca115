"""Travel times from sites to demand points, only where they lie within a limit.

Other rooms use: `attached_demand`, `close_by`, `graph`, `isochrone`, `labels`, `live`, `matrix`, `routes`,
`straight`, `travel`, `walls`.
"""
