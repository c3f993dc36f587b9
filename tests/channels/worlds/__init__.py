"""Each channel with its provider's fake, as the contract looks at it."""
