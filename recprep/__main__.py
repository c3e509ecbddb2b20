"""Lets `python -m recprep` do what `recprep` does."""

from recprep.cli import main

if __name__ == "__main__":
    main(prog_name="recprep")
