"""Reading tables: files, bundled sets and objects in memory become a ``Source``."""
