"""Self-tests and checklists for workers: pure functions of what was told, our knowledge and the day; none decides anything."""
