"""What must be met: plan targets as requirements over actions.

Other rooms use: `next_ones`.
"""
