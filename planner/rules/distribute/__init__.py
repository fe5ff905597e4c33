"""Rules of the second stage: processors, data, length, testing, many jobs."""
