"""``python -m tutor`` is ``equipoise``."""

from tutor.cli import main

if __name__ == "__main__":
    main()
