"""The parts that commands share: which tasks, which list, dates, tags and fields in words. Never a whole command."""
