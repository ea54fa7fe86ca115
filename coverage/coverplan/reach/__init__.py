"""Travel times from sites to demand points, only where they lie within a limit.

Other rooms use: `attachment`, `graph`, `isochrone`, `labels`, `live`, `matrix`, `routes`, `straight`,
`travel`.
"""
