"""What the house can do, measured on the machine at hand: `devchitchat bench`, one file a question."""

from bench.command import main as main
