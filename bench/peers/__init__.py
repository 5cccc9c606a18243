"""Others who hand messages on, measured in the same minutes as we are: `devchitchat bench --peers`, one small file a peer."""

from bench.peers.comparison import run as run
