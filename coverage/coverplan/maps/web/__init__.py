"""The interactive map: one page that opens without a network.

Other rooms use: `interactive`.
"""
