"""Travel times from sites to demand points, only where they lie within a limit.

Other rooms use: `attached_demand`, `graph`, `isochrone`, `labels`, `live`, `matrix`, `routes`, `straight`,
`travel`.
"""
