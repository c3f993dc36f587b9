// Builds the whole chat inside <div id="regulars-chat" data-socket="/chat/socket" data-title="…">.
import { icon, make, View } from "./view.js";
import { Wire } from "./wire.js";
import { language, words } from "./words.js";

const QUIET = 8_000; // ms: the bot may have nothing to say
const GRACE = 1_500; // ms: short breaks are not worth a word
const MAX_TEXT = 4000; // UTF-16 units, never more than the characters that are taken
const NEAR = 200; // pixels from the top, where earlier lines are asked for
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
    this.input = make("textarea", { rows: 1, placeholder: words.placeholder, enterKeyHint: "send", autocomplete: "off", attributes: { "aria-label": words.message } });
    this.button = make("button", { className: "send", disabled: true, attributes: { "aria-label": words.send, title: words.send } }, icon("M12 19V5M5.5 11.5 12 5l6.5 6.5"));
    this.latest = make("button", { className: "latest", type: "button", hidden: true, textContent: words.latest, onclick: () => { this.down(); this.log.focus(); } });
    this.before = make("button", { className: "earlier", type: "button", hidden: true, textContent: words.earlier, onclick: () => this.wire.earlier() });
    this.log.append(this.before);
    const form = make("form", { className: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } }, this.input, this.button);
    root.classList.add("regulars-chat");
    if (language !== document.documentElement.lang) root.lang = language;
    root.replaceChildren(
      make("header", {}, this.mark(), make("div", {}, make(heading, { textContent: this.title }), this.status)),
      make("div", { className: "room" }, this.log, this.latest),
      form,
    );
    this.root = root;
    this.input.oninput = () => this.fit();
    this.input.onkeydown = (event) => this.key(event);
    this.log.onscroll = () => this.scrolled();
    this.log.onwheel = ({ deltaY }) => { if (deltaY < 0 && this.log.scrollTop < NEAR) this.wire.earlier(); }; // at the very top nothing scrolls
    new ResizeObserver(() => { if (this.stuck) this.down(); }).observe(this.log);
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
    (matchMedia("(hover: hover)").matches ? this.input : this.log).focus({ preventScroll: true });
  }

  async embed(origins) {
    const { Frame } = await import("./frame.js");
    this.frame = new Frame(origins, (focus) => {
      this.down();
      if (focus && matchMedia("(hover: hover)").matches) this.input.focus(); // on a phone it would cover all with keys
    });
  }

  lines(lines) {
    this.scrolled(); // its event may still be on the way
    const stay = this.stuck;
    this.view.lines(lines);
    if (lines.some((line) => line.ours)) this.write(false);
    this.welcome();
    this.before.hidden = !this.wire.more;
    if (stay) this.down();
    else if (lines.length) this.latest.hidden = false;
    if (stay && lines.at(-1)?.picture) this.showWhole(this.log.querySelector(".typing").previousElementSibling);
    if (this.log.getAttribute("aria-busy") !== "true") {
      this.frame?.news(lines.filter((line) => line.ours).length);
      return;
    }
    // The past is not read aloud, what comes from now on is.
    requestAnimationFrame(() => { this.log.setAttribute("aria-busy", "false"); this.log.setAttribute("aria-live", "polite"); });
  }

  /** What was said before, put where it belongs: neither read aloud nor moving what is being read. */
  past(lines) {
    const below = this.log.scrollHeight - this.log.scrollTop;
    this.log.setAttribute("aria-live", "off");
    if (document.activeElement === this.before) this.log.focus({ preventScroll: true }); // from here arrow keys go on
    this.view.lines(lines, true);
    this.before.hidden = !this.wire.more;
    if (this.stuck) this.down();
    else this.top = this.log.scrollTop = this.log.scrollHeight - below;
    requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
  }

  /** A card taller than the screen is seen from its top, where its code is. */
  showWhole(line) {
    const above = this.log.getBoundingClientRect().top - line.getBoundingClientRect().top;
    if (above <= 0) return;
    this.log.scrollTop -= above;
    this.top = this.log.scrollTop;
    this.stuck = false;
  }

  welcome() {
    const talked = this.log.querySelector(".line");
    if (talked || this.empty) {
      if (talked) this.empty?.remove();
      return;
    }
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
    if (byKeyboard) this.input.focus(); // the button that had the focus is gone
    this.down();
  }

  submit() {
    const text = this.input.value.trim();
    if (!text || this.long()) return;
    this.input.value = "";
    this.fit();
    this.say(text, true);
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return; // Safari tells composing by 229 alone
    event.preventDefault();
    this.submit();
  }

  /** Nothing that was pasted is cut off without a word. */
  long() {
    return this.input.value.trim().length > MAX_TEXT;
  }

  fit() {
    this.button.disabled = !this.input.value.trim() || this.long();
    this.input.setAttribute("aria-invalid", this.long());
    if (this.long()) this.tell(words["too long"]);
    else if (this.status.textContent === words["too long"]) this.tell(words[this.root.dataset.state] ?? words.connecting);
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
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

  /** The three dots, until an answer comes or none seems to come. */
  write(on) {
    clearTimeout(this.quiet);
    if (on && this.answered()) return;
    this.view.typing.hidden = !on;
    if (on) this.quiet = setTimeout(() => this.write(false), QUIET);
    else if (this.root.dataset.state === "online") this.tell(words.online);
    if (this.stuck) this.down();
  }

  answered() {
    return [...this.log.querySelectorAll(".line")].at(-1)?.matches(".theirs");
  }

  /** Only whoever scrolls up leaves the end: a keyboard that opens takes room away from below. */
  scrolled() {
    const up = this.log.scrollTop < this.top;
    this.top = this.log.scrollTop;
    const stuck = this.stuck;
    if (this.atEnd()) this.latest.hidden = true;
    else this.stuck = stuck && !up;
    if ((up || !this.stuck) && this.top < NEAR) this.wire?.earlier();
  }

  atEnd() {
    this.stuck = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 48;
    return this.stuck;
  }

  down() {
    this.latest.hidden = true;
    this.stuck = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.top = this.log.scrollTop;
  }
}

const root = document.getElementById("regulars-chat");
if (root) new Chat(root);
