"""Travel times from sites to demand points, only where they lie within a limit.

Other rooms use: `graph`, `isochrone`, `labels`, `live`, `matrix`, `routes`, `straight`, `travel`.
"""
