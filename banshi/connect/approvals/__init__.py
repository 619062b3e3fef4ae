"""吉林政务OA: changes of the knowledge are handed over for approval there, and its decisions come back as callbacks."""
