"""What can be looked at: every queue, life and watermark of the house."""
