"""`python -m breakglass` is the command line."""

from breakglass.cli.main import main

if __name__ == "__main__":
    main()
