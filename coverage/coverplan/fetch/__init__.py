"""Open data for any place: the only room that talks to the internet, and only when it is asked to.

Other rooms use: `recipe`, `run_recipe`.
"""
