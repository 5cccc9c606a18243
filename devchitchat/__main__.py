"""`python -m devchitchat`."""

import sys

from devchitchat.cli import main

if __name__ == "__main__":
    sys.exit(main())
