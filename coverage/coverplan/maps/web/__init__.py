"""The interactive map: one page that opens without a network.

Other rooms use: `assets`, `interactive`, `page_content`.
"""
