"""From the text of a plan document to a draft of its plan file: what is promised, with phrase, line and doubt.

Other rooms use: `files`.
"""
