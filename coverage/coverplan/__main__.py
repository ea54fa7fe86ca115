"""``python -m coverplan``."""

from coverplan.cli import main

if __name__ == "__main__":
    main()
