// The connection: what is said waits in a queue until the server took it, and is sent again under
// the same id after a break; what was already shown is never shown twice.

const TAIL = 10; // newest lines asked for again: a slower writer's line may carry a smaller id
const PATIENCE = 10_000; // ms without an answer before the connection counts as lost
const LONGEST_WAIT = 15_000;
const STORE = "regulars-chat-unsent"; // survives a reload of this tab
const VISITOR = "regulars-chat-visitor"; // who we are in a shop's page, where cookies may be blocked

const byId = (a, b) => (BigInt(a) < BigInt(b) ? -1 : 1);
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

export class Wire {
  /** `language`: the one that was chosen, if any; `on` has: lines(lines), earlier(lines), state(name), took(id), refused(id), busy(). */
  constructor({ socket, embedded }, language, on) {
    this.url = new URL(socket, location.href);
    this.url.protocol = this.url.protocol.replace("http", "ws");
    if (language) this.url.searchParams.set("lang", language);
    if (embedded !== undefined) {
      this.url.searchParams.set("embed", "1");
      this.visitor = recall("localStorage", VISITOR) ?? "";
    }
    this.on = on;
    this.seen = new Set();
    this.more = false; // whether there are lines before `oldest`
    this.gaps = []; // the lines before which long breaks left some out
    this.tail = [];
    this.queue = recall("sessionStorage", STORE) ?? [];
    this.fails = 0;
    addEventListener("online", () => this.again());
    addEventListener("offline", () => this.lose());
    document.addEventListener("visibilitychange", () => this.wakeUp());
  }

  say(text) {
    const say = { say: text, id: newId() };
    this.queue.push(say);
    this.remember();
    this.next();
    return say;
  }

  connect() {
    clearTimeout(this.retry);
    this.url.searchParams.set("after", this.tail.length < TAIL ? "0" : this.tail[0]);
    const socket = new WebSocket(this.url);
    socket.onmessage = (event) => this.hear(JSON.parse(event.data));
    socket.onclose = () => this.lose();
    if (this.visitor !== undefined) socket.onopen = () => socket.send(JSON.stringify({ visitor: this.visitor }));
    this.socket = socket;
    this.ready = this.waiting = false;
    this.asking = null;
    this.expect();
  }

  /** Ask for a page of lines before the oldest one, or of those that a break left out. */
  earlier() {
    if (!this.ready || this.asking || !(this.gaps.length || this.more)) return;
    this.asking = this.gaps.at(-1) ?? this.oldest;
    this.socket.send(JSON.stringify({ before: this.asking }));
  }

  lose() {
    const socket = this.socket;
    this.socket = null;
    this.ready = this.waiting = false;
    clearTimeout(this.patience);
    clearTimeout(this.pause);
    clearTimeout(this.retry);
    if (socket) {
      socket.onclose = socket.onmessage = null; // a dead line may take a minute to close
      socket.close();
    }
    this.on.state(navigator.onLine ? "reconnecting" : "offline");
    const wait = Math.min(LONGEST_WAIT, 400 * 2 ** this.fails++);
    this.retry = setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
  }

  again() {
    this.fails = 0;
    this.lose();
    this.connect();
  }

  wakeUp() {
    // Phones cut the connection of a sleeping tab without telling it.
    if (document.hidden) this.slept = Date.now();
    else if (!this.ready || Date.now() - this.slept > 30_000) this.again();
  }

  expect() {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.lose(), PATIENCE);
  }

  next() {
    if (!this.ready || this.waiting || !this.queue.length) return;
    this.waiting = true;
    this.socket.send(JSON.stringify(this.queue[0]));
    this.expect();
  }

  hear(frame) {
    if (frame.lines) this.show(frame.lines, frame.more);
    else if (frame.earlier) this.past(frame.earlier, Boolean(frame.more));
    else if (frame.visitor) keep("localStorage", VISITOR, (this.visitor = frame.visitor));
    else if (frame.took) this.settle(frame.took, () => this.on.took(frame.took));
    else if (frame.retry) this.hold(frame.retry * 1000);
    else if (frame.id) this.settle(frame.id, () => this.on.refused(frame.id));
  }

  fresh(lines) {
    const fresh = lines.filter((line) => !this.seen.has(line.id));
    fresh.forEach((line) => this.seen.add(line.id));
    return fresh;
  }

  show(lines, more) {
    const first = !this.seen.size;
    const fresh = this.fresh(lines);
    if (more && fresh.length === lines.length) {
      if (first) [this.more, this.oldest] = [true, lines[0].id];
      else this.gaps.push(lines[0].id);
    }
    this.tail = [...this.tail, ...fresh.map((line) => line.id)].sort(byId).slice(-TAIL);
    this.on.lines(fresh);
    if (!this.ready) {
      this.ready = true;
      this.fails = 0;
      clearTimeout(this.patience);
      this.on.state("online");
      this.next();
    }
    if (this.gaps.length) this.earlier();
  }

  past(lines, more) {
    const fresh = this.fresh(lines);
    const gap = this.gaps.indexOf(this.asking);
    this.asking = null;
    if (gap < 0) [this.more, this.oldest] = [more, lines[0]?.id];
    else this.gaps.splice(gap, 1, ...(more && fresh.length === lines.length ? [lines[0].id] : []));
    this.on.earlier(fresh);
    if (this.gaps.length) this.earlier();
  }

  settle(id, tell) {
    if (this.queue[0]?.id !== id) return;
    clearTimeout(this.patience);
    this.queue.shift();
    this.remember();
    this.waiting = false;
    tell();
    this.next();
  }

  hold(wait) {
    clearTimeout(this.patience);
    this.on.busy();
    this.pause = setTimeout(() => { this.waiting = false; this.next(); }, wait);
  }

  remember() {
    keep("sessionStorage", STORE, this.queue);
  }
}

// Where storage is switched off, naming it already fails.
function keep(store, key, value) {
  try { globalThis[store].setItem(key, JSON.stringify(value)); } catch { /* then only this page remembers */ }
}

function recall(store, key) {
  try { return JSON.parse(globalThis[store].getItem(key)); } catch { return null; }
}
