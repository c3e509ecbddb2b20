"""Other people's formats: each a module with `NAME`, `ABOUT`, `ENDINGS`, `recognises` and `read`."""
