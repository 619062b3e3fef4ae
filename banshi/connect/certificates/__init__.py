"""电子证照库: which certificates a citizen holds, by kind and validity. Neither number nor image ever comes here, and nothing is kept."""
