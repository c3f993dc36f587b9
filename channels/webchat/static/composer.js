// Where one writes: Enter sends, a new line grows the box, and nothing that was pasted is cut off without a word.
import { icon, make } from "./view.js";
import { words } from "./words.js";

const MAX_TEXT = 4000; // UTF-16 units, never more than the characters that are taken

export class Composer {
  /** `say(text)` sends; `warn(long)` is told at each change whether the text is too long. */
  constructor(say, warn) {
    this.say = say;
    this.warn = warn;
    this.input = make("textarea", { rows: 1, placeholder: words.placeholder, enterKeyHint: "send", autocomplete: "off", attributes: { "aria-label": words.message } });
    this.button = make("button", { className: "send", disabled: true, attributes: { "aria-label": words.send, title: words.send } }, icon("M12 19V5M5.5 11.5 12 5l6.5 6.5"));
    this.form = make("form", { className: "composer", onsubmit: (event) => this.submit(event) }, this.input, this.button);
    this.input.oninput = () => this.fit();
    this.input.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return; // Safari tells composing by 229 alone
      this.submit(event);
    };
  }

  get text() {
    return this.input.value.trim();
  }

  submit(event) {
    event.preventDefault();
    const { text } = this;
    if (!text || text.length > MAX_TEXT) return;
    this.input.value = "";
    this.fit();
    this.say(text);
  }

  fit() {
    const long = this.text.length > MAX_TEXT;
    this.button.disabled = !this.text || long;
    this.input.setAttribute("aria-invalid", long);
    this.warn(long);
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }
}
