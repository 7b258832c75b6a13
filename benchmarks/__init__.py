"""How fast, how large, how dear: the program as a process, beside a bare loop over the same libraries."""
