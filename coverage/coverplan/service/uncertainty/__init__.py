"""How much a figure hangs on what is not known exactly: named causes, drawn together from one seed.

Other rooms use: `covered`, `draws`.
"""
