"""Use cases: each an async function, each one transaction."""
