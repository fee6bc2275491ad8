"""Every pattern and every reader of input takes linear time, whatever the text. Never what they read."""
