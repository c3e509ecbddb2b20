"""Other people's formats, a module each: `recognising` reads with them, `writing` writes; CONTRIBUTING says how."""
