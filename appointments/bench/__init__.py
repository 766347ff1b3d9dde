"""What the product costs beside the limit of its stack, measured side by side in one run."""
