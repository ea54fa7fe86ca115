"""Every word that people read, in Chinese and English."""
