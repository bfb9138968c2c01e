"""Runnable programs, one idea each. Each file runs alone, and all of them in the gallery: `python -m demos`.

A demo holds `page`: a `WebPage`, which everybody shares, or a function that makes one for each tab.
"""
