// The chat's own few words; what the programme says comes from the server.
const WORDS = {
  en: {
    conversation: "Conversation",
    placeholder: "Write a message…",
    message: "Message",
    send: "Send",
    online: "Answers right away",
    connecting: "Connecting…",
    reconnecting: "Reconnecting…",
    offline: "You are offline. Messages leave when you are back.",
    sending: "Sending…",
    refused: "Not sent",
    busy: "One moment…",
    you: "You:",
    typing: "is writing…",
    latest: "New messages",
    welcome: "Nice to see you!",
    invite: "Ask about your points and rewards, or join in a minute.",
    chips: [["My balance", "balance"], ["Rewards", "rewards"], ["Join", "join"], ["Help", "help"]],
  },
  hu: {
    conversation: "Beszélgetés",
    placeholder: "Írj egy üzenetet…",
    message: "Üzenet",
    send: "Küldés",
    online: "Azonnal válaszol",
    connecting: "Kapcsolódás…",
    reconnecting: "Újrakapcsolódás…",
    offline: "Nincs internet. Az üzenetek elmennek, amint újra van.",
    sending: "Küldés…",
    refused: "Nem ment el",
    busy: "Egy pillanat…",
    you: "Te:",
    typing: "éppen ír…",
    latest: "Új üzenetek",
    welcome: "Örülünk, hogy itt vagy!",
    invite: "Kérdezz a pontjaidról és a jutalmakról, vagy csatlakozz egy perc alatt.",
    chips: [["Egyenlegem", "egyenleg"], ["Jutalmak", "jutalmak"], ["Csatlakozom", "csatlakozom"], ["Segítség", "segítség"]],
  },
};

export const language = document.documentElement.lang.startsWith("hu") ? "hu" : "en";
export const words = WORDS[language];
