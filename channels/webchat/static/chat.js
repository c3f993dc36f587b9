// Builds the whole chat inside <div id="regulars-chat" data-socket="/chat/socket" data-title="…">.
import { icon, make, View } from "./view.js";
import { Wire } from "./wire.js";
import { words } from "./words.js";

const QUIET = 8_000; // ms: the bot may have nothing to say
const GRACE = 1_500; // ms: short breaks are not worth a word
const MAX_TEXT = 1000;

class Chat {
  constructor(root) {
    this.title = root.dataset.title || document.title || "Regulars";
    this.build(root);
    this.view = new View(this.log, this.title, (text, byKeyboard) => this.say(text, byKeyboard));
    this.wire = new Wire(root.dataset.socket, {
      lines: (lines) => this.lines(lines),
      state: (name) => this.state(name),
      took: (id) => { this.view.took(id); this.write(true); },
      refused: (id) => { this.view.refused(id); this.write(false); },
      busy: () => this.tell(words.busy),
    });
    this.wire.queue.forEach((say) => this.view.own(say)); // left unsent by a reload
    this.tell(words.connecting);
    this.wire.connect();
  }

  build(root) {
    const heading = document.querySelector("h1") ? "h2" : "h1";
    this.status = make("p", { className: "status", attributes: { role: "status" } });
    this.log = make("div", { className: "log", tabIndex: 0, attributes: { role: "log", "aria-label": words.conversation, "aria-live": "off", "aria-busy": "true" } });
    this.input = make("textarea", { rows: 1, maxLength: MAX_TEXT, placeholder: words.placeholder, enterKeyHint: "send", autocomplete: "off", attributes: { "aria-label": words.message } });
    this.button = make("button", { className: "send", disabled: true, attributes: { "aria-label": words.send, title: words.send } }, icon("M12 19V5M5.5 11.5 12 5l6.5 6.5"));
    this.latest = make("button", { className: "latest", type: "button", hidden: true, textContent: words.latest, onclick: () => this.down() });
    const form = make("form", { className: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } }, this.input, this.button);
    root.classList.add("regulars-chat");
    root.replaceChildren(
      make("header", {}, make("span", { className: "mark", textContent: [...this.title][0], attributes: { "aria-hidden": "true" } }), make("div", {}, make(heading, { textContent: this.title }), this.status)),
      make("div", { className: "room" }, this.log, this.latest),
      form,
    );
    this.root = root;
    this.input.oninput = () => this.fit();
    this.input.onkeydown = (event) => this.key(event);
    this.log.onscroll = () => { if (this.atEnd()) this.latest.hidden = true; };
    new ResizeObserver(() => { if (this.stuck) this.down(); }).observe(this.log);
    visualViewport?.addEventListener("resize", () => root.style.setProperty("--seen-height", `${visualViewport.height}px`));
  }

  lines(lines) {
    const stay = this.atEnd();
    this.view.lines(lines);
    if (lines.some((line) => line.ours)) this.write(false);
    this.welcome();
    if (stay) this.down();
    else if (lines.length) this.latest.hidden = false;
    if (this.log.getAttribute("aria-busy") !== "true") return;
    // The past is not read aloud, what comes from now on is.
    requestAnimationFrame(() => { this.log.setAttribute("aria-busy", "false"); this.log.setAttribute("aria-live", "polite"); });
  }

  welcome() {
    const talked = this.log.querySelector(".line");
    if (talked || this.empty) {
      if (talked) this.empty?.remove();
      return;
    }
    this.empty = make("div", { className: "empty" },
      make("span", { className: "mark", textContent: [...this.title][0], attributes: { "aria-hidden": "true" } }),
      make("p", { className: "hello", textContent: words.welcome }),
      make("p", { textContent: words.invite }),
      this.view.choices(words.chips.map(([label, says]) => ({ label, says }))));
    this.log.prepend(this.empty);
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
    if (!text) return;
    this.input.value = "";
    this.fit();
    this.say(text, true);
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  fit() {
    this.button.disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  state(name) {
    clearTimeout(this.grace);
    this.root.dataset.state = name;
    if (name !== "online") this.write(false);
    if (name === "reconnecting") this.grace = setTimeout(() => this.tell(words.reconnecting), GRACE);
    else this.tell(words[name]);
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

  atEnd() {
    this.stuck = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 48;
    return this.stuck;
  }

  down() {
    this.latest.hidden = true;
    this.stuck = true;
    this.log.scrollTop = this.log.scrollHeight;
  }
}

const root = document.getElementById("regulars-chat");
if (root) new Chat(root);
