"""Where next: candidates, problem, solution with status, bound and gap, independent check."""
