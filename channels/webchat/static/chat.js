// Builds the whole chat inside <div id="regulars-chat" data-socket="/chat/socket" data-title="…">.
import { Composer } from "./composer.js";
import { Scroll } from "./scroll.js";
import { make, View } from "./view.js";
import { Wire } from "./wire.js";
import { language, words } from "./words.js";

const QUIET = 8_000; // ms: the bot may have nothing to say
const GRACE = 1_500; // ms: short breaks are not worth a word
const HOVERS = matchMedia("(hover: hover)"); // a mouse, and so mostly a keyboard
const CHIPS = ["balance", "rewards", "join", "help"];
const LINKS = { join: "join_", r: "r_", checkin: "s_", link: "link_" }; // /chat?join=PLACE, ?r=CODE, ?checkin=CODE, ?link=TOKEN

/** What a link begins the talk with, as Telegram's deep links do. */
function opening(query) {
  const name = Object.keys(LINKS).find((one) => query.has(one));
  const code = name && query.get(name);
  if (name === "join" && !code) return "/start join";
  return /^[\w-]{1,64}$/.test(code ?? "") ? `/start ${LINKS[name]}${code}` : "";
}

class Chat {
  constructor(root) {
    this.title = root.dataset.title || document.title || "Regulars";
    this.query = new URLSearchParams(location.search);
    this.build(root);
    this.view = new View(root, this.log, this.title, (text, byKeyboard) => this.say(text, byKeyboard));
    this.wire = new Wire(root.dataset, this.query.get("lang"), {
      lines: (lines) => this.lines(lines),
      earlier: (lines) => this.past(lines),
      state: (name) => this.state(name),
      took: (id) => { this.view.took(id); this.write(true); },
      refused: (id) => { this.view.refused(id); this.write(false); this.tell(words.refused); },
      busy: () => this.tell(words.busy),
    });
    this.wire.queue.forEach((say) => this.view.own(say)); // left unsent by a reload
    this.tell(words.connecting);
    this.begin();
    this.wire.connect();
    if (root.dataset.embedded !== undefined) this.embed(root.dataset.embedded);
  }

  build(root) {
    const heading = [...document.querySelectorAll("h1")].some((one) => !root.contains(one)) ? "h2" : "h1";
    this.status = make("p", { className: "status", attributes: { role: "status" } });
    this.log = make("div", { className: "log", tabIndex: 0, attributes: { role: "log", "aria-label": words.conversation, "aria-live": "off", "aria-busy": "true" } });
    this.before = make("button", { className: "earlier", type: "button", hidden: true, textContent: words.earlier, onclick: () => this.wire.earlier() });
    this.log.append(this.before);
    this.scroll = new Scroll(this.log, () => this.wire.earlier());
    this.composer = new Composer((text) => this.say(text, true), (long) => this.warn(long));
    root.classList.add("regulars-chat");
    if (language !== document.documentElement.lang) root.lang = language;
    root.replaceChildren(
      make("header", {}, this.mark(), make("div", {}, make(heading, { textContent: this.title }), this.status)),
      make("div", { className: "room" }, this.log, this.scroll.latest),
      this.composer.form,
    );
    this.root = root;
    for (const change of ["resize", "scroll"]) visualViewport?.addEventListener(change, () => this.besideKeyboard());
  }

  mark() {
    return make("span", { className: "mark", textContent: [...this.title][0], attributes: { "aria-hidden": "true" } });
  }

  /** The soft keyboard of a phone covers the page; what is left of it is ours. Zooming in must not shrink us. */
  besideKeyboard() {
    if (visualViewport.scale > 1.01) return;
    this.root.style.setProperty("--seen-height", `${visualViewport.height}px`);
    this.root.style.setProperty("--seen-top", `${visualViewport.offsetTop}px`);
  }

  /** Say what the address asks for, once: a reload finds it gone. Links on this page need not leave it. */
  begin() {
    const text = opening(this.query);
    Object.keys(LINKS).forEach((name) => this.query.delete(name));
    if (text) {
      history.replaceState(history.state, "", `${location.pathname}${this.query.size ? `?${this.query}` : ""}${location.hash}`);
      this.say(text);
    }
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (link?.origin !== location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (link.pathname === location.pathname && link.hash === `#${this.root.id}`) this.enter(event);
      if (link.pathname !== "/chat") return;
      const wish = opening(new URLSearchParams(link.search));
      if (!wish) return;
      event.preventDefault();
      this.say(wish, true);
      this.root.scrollIntoView({ block: "nearest" });
    });
  }

  /** "Open the chat", where it is open already: there one can begin to write. */
  enter(event) {
    event.preventDefault();
    this.root.scrollIntoView({ block: "nearest" });
    (HOVERS.matches ? this.composer.input : this.log).focus({ preventScroll: true });
  }

  async embed(origins) {
    const { Frame } = await import("./frame.js");
    this.frame = new Frame(origins, (focus) => {
      this.scroll.down();
      if (focus && HOVERS.matches) this.composer.input.focus(); // on a phone it would cover all with keys
    });
  }

  lines(lines) {
    this.scroll.look(); // its event may still be on the way
    const stay = this.scroll.stuck;
    this.view.lines(lines);
    if (lines.some((line) => line.ours)) this.write(false);
    this.welcome();
    this.before.hidden = !this.wire.more;
    if (stay) this.scroll.down();
    else if (lines.length) this.scroll.latest.hidden = false;
    if (stay && lines.at(-1)?.picture) this.scroll.showWhole(this.log.querySelector(".typing").previousElementSibling);
    if (this.log.getAttribute("aria-busy") === "true") this.readAloud(); // what comes from now on, not the past
    else this.frame?.news(lines.filter((line) => line.ours).length);
  }

  readAloud() {
    requestAnimationFrame(() => { this.log.setAttribute("aria-busy", "false"); this.log.setAttribute("aria-live", "polite"); });
  }

  /** What was said before, put where it belongs: neither read aloud nor moving what is being read. */
  past(lines) {
    this.log.setAttribute("aria-live", "off");
    if (document.activeElement === this.before) this.log.focus({ preventScroll: true }); // from here arrow keys go on
    this.scroll.still(() => {
      this.view.lines(lines, true);
      this.before.hidden = !this.wire.more;
    });
    this.readAloud();
  }

  welcome() {
    const talked = this.log.querySelector(".line");
    if (talked) this.empty?.remove();
    if (talked || this.empty) return;
    const chips = CHIPS.map((name) => words[`chip ${name}`]);
    this.empty = make("div", { className: "empty" },
      this.mark(),
      make("p", { className: "hello", textContent: words.welcome }),
      make("p", { textContent: words.invite }),
      this.view.choices(chips.map((label) => ({ label, says: label }))));
    this.before.after(this.empty);
  }

  say(text, byKeyboard) {
    this.view.own(this.wire.say(text));
    this.view.tidy();
    this.welcome();
    if (this.wire.ready) this.write(true);
    if (byKeyboard) this.composer.input.focus(); // the button that had the focus is gone
    this.scroll.down();
  }

  /** Colour and words change together: at once, but for a break that is perhaps over in a moment. */
  state(name) {
    if (name !== "online") this.write(false);
    if (name === "reconnecting") {
      this.grace ??= setTimeout(() => this.show(name), GRACE);
      return;
    }
    clearTimeout(this.grace);
    this.grace = null;
    this.show(name);
  }

  show(name) {
    this.root.dataset.state = name;
    this.tell(words[name]);
  }

  tell(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  warn(long) {
    if (long) this.tell(words["too long"]);
    else if (this.status.textContent === words["too long"]) this.tell(words[this.root.dataset.state] ?? words.connecting);
  }

  /** The three dots, until an answer comes or none seems to come. */
  write(on) {
    clearTimeout(this.quiet);
    if (on && this.answered()) return;
    this.view.typing.hidden = !on;
    if (on) this.quiet = setTimeout(() => this.write(false), QUIET);
    else if (this.root.dataset.state === "online") this.tell(words.online);
    this.scroll.follow();
  }

  answered() {
    return [...this.log.querySelectorAll(".line")].at(-1)?.matches(".theirs");
  }
}

const root = document.getElementById("regulars-chat");
if (root) new Chat(root);
