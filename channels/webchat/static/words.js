// The chat's own few words, from the same catalogues as the bot's; what the programme says comes as lines.
const tag = document.documentElement.lang || "en";
export const { default: words } = await import(`/chat/words/${encodeURIComponent(tag)}.js`);
export const language = words.language;
