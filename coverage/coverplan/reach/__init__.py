"""Travel times from sites to demand points, only where they lie within a limit.

Other rooms use: `graph`, `isochrone`, `matrix`, `routes`, `straight`, `travel`.
"""
