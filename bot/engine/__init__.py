"""Engines carry one promise: what the rows say is unfinished is taken up."""
