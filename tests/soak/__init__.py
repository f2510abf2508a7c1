"""Long runs against the site as production serves it, with faults on purpose: ``make soak``.

Not part of the tests: they take their time and need the machine for themselves.
"""
