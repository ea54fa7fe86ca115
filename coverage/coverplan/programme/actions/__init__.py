"""What may be done: actions with their costs, and what each does to the ground.

Other rooms use: `costs`.
"""
