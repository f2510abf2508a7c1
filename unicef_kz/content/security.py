"""What happened to the doors: one line each, with the number of the account and never a name."""

import logging

logger = logging.getLogger("security")


def note(event: str, user=None, **about) -> None:
    """``user``: of an account, or None for somebody unknown. ``about``: codes and numbers only."""
    facts = {"event": event, "user": getattr(user, "pk", None)} | about
    text = " ".join(f"{name}={value}" for name, value in facts.items() if value is not None)
    logger.info(text, extra={"facts": facts})
