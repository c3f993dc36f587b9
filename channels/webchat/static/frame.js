// Inside a shop's page: who may hold us, when we are seen, what is unread. Nothing is said to other origins.

export class Frame {
  /** `origins`: who may talk to us, with spaces between; `shown(focus)` is called when the chat opens. */
  constructor(origins, shown) {
    this.origins = [location.origin, ...origins.split(" ")];
    this.seen = true; // until a host says otherwise
    this.unread = 0;
    addEventListener("message", (event) => {
      if (event.source !== parent || !this.origins.includes(event.origin)) return;
      this.host = event.origin;
      this.seen = event.data?.regulars === "shown";
      if (!this.seen) return;
      this.unread = 0;
      shown(event.data.focus);
    });
    addEventListener("keydown", (event) => {
      // While Chinese is being written, Escape takes back a character.
      if (event.key === "Escape" && !event.isComposing && !document.querySelector("dialog[open]")) this.post("close");
    });
    // Whoever holds us may know that we are here; the answer tells whether it is one of ours.
    parent.postMessage({ regulars: "ready" }, "*");
  }

  news(count) {
    if (this.seen || !count) return;
    this.unread += count;
    this.post("unread");
  }

  post(name) {
    if (this.host) parent.postMessage({ regulars: name, count: this.unread }, this.host);
  }
}
