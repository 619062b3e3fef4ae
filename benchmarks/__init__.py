"""Where README's figures of speed come from. Ratios inside one run: machines are noisy, ratios less so."""
