// What is seen: bubbles in a log, pictures, quick replies, the writing line. Text enters as text only.
import { language, words } from "./words.js";

const BAR = /[▰▱]{3,}/; // seen at a glance, but read aloud sign by sign; the words beside it say the same
const LINK = /https?:\/\/[^\s<>"'“”]+/g;
const LINK_END = /[.,;:!?)\]}…]+$/;
const region = navigator.language.startsWith(language) ? navigator.language : language;
const clock = new Intl.DateTimeFormat(region, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(region, { weekday: "long", day: "numeric", month: "long" });
const longDate = new Intl.DateTimeFormat(region, { day: "numeric", month: "long", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

export function make(tag, { dataset, attributes, ...properties } = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  Object.assign(node.dataset, dataset);
  for (const [name, value] of Object.entries(attributes ?? {})) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const stroke = document.createElementNS(svg.namespaceURI, "path");
  stroke.setAttribute("d", path);
  svg.append(stroke);
  return svg;
}

/** The text with bars for eyes only. */
function barred(text) {
  const bar = text.match(BAR)?.[0];
  if (!bar) return [text];
  const [before, ...after] = text.split(bar);
  return [before, make("span", { textContent: bar, attributes: { "aria-hidden": "true" } }), after.join(bar)];
}

/** The text with its http(s) addresses as links. */
function linked(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(LINK_END, "");
    const link = make("a", { href: address, textContent: address, rel: "noopener noreferrer", target: "_blank" });
    if (!link.hostname) continue;
    parts.push(...barred(text.slice(end, match.index)), link);
    end = match.index + address.length;
  }
  return [...parts, ...barred(text.slice(end))];
}

/** What is in another language than the page says so, for who has it read aloud; of some lines it is not known. */
const spoken = (lang) => (lang ? { lang } : {});

function dayName(date) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(date) - midnight(Date.now())) / 86_400_000);
  if (days > -2 && days < 1) {
    const name = relative.format(days, "day");
    return name[0].toUpperCase() + name.slice(1);
  }
  return (days > -300 ? weekday : longDate).format(date);
}

export class View {
  /** `say(text, byKeyboard)` is called for quick replies; `title` names the programme. */
  constructor(root, log, title, say) {
    this.root = root;
    this.log = log;
    this.title = title;
    this.say = say;
    this.pending = []; // own bubbles that have no place in the transcript yet, oldest first
    this.labels = new Map(); // of the quick replies that may be pressed now, by what they say
    this.typing = make("div", { className: "typing", hidden: true, attributes: { "aria-hidden": "true" } }, make("i"), make("i"), make("i"));
    log.append(this.typing);
  }

  /** A bubble for what was just said, before the server knows it. */
  own({ say, id }) {
    const bubble = this.bubble({ ours: false, text: say, at: Date.now(), buttons: [] });
    bubble.classList.add("pending");
    this.pending.push({ id, bubble, text: say, taken: false });
    this.place(bubble);
    this.date();
    return bubble;
  }

  took(id) {
    const entry = this.pending.find((one) => one.id === id);
    if (!entry) return;
    entry.taken = true;
    entry.bubble.classList.remove("pending");
  }

  refused(id) {
    const index = this.pending.findIndex((one) => one.id === id);
    if (index < 0) return;
    const [{ bubble }] = this.pending.splice(index, 1);
    bubble.classList.replace("pending", "refused");
    bubble.dataset.note = words.refused;
    bubble.dataset.id = bubble.previousElementSibling?.dataset.id ?? ""; // it keeps its place
  }

  /** `past`: they were said before anything that waits here for its line. */
  lines(lines, past = false) {
    const labels = past ? new Map() : this.labels;
    for (const line of lines) {
      const bubble = this.bubble(line, labels);
      if (!line.ours) labels.clear();
      for (const { label, says } of line.buttons) labels.set(says, label);
      this.place((!line.ours && !past && this.adopt(line, bubble)) || bubble);
    }
    this.tidy();
    this.date();
  }

  /** Each day's name above its first line. What was today is yesterday after midnight. */
  date() {
    let day;
    for (const line of this.log.querySelectorAll(".line")) {
      if (line.classList.toggle("new-day", line.dataset.day !== day)) line.dataset.label = dayName(new Date(line.querySelector("time").dateTime));
      day = line.dataset.day;
    }
  }

  /** The transcript tells what we already show: that bubble becomes the line, and is not read aloud again. */
  adopt(line, told) {
    let index = this.pending.findIndex((one) => one.text.trim() === line.text.trim());
    if (index < 0) index = this.pending.findIndex((one) => one.taken);
    if (index < 0) return null;
    const [{ bubble }] = this.pending.splice(index, 1);
    bubble.classList.remove("pending");
    Object.assign(bubble.dataset, told.dataset);
    for (const part of [".text", "time"]) bubble.querySelector(part).textContent = told.querySelector(part).textContent;
    bubble.querySelector("time").dateTime = told.querySelector("time").dateTime;
    return bubble;
  }

  bubble({ id = "", ours, text, at, buttons, picture, language: lang = "" }, labels = this.labels) {
    const date = new Date(at);
    const who = make("span", { className: "unseen", textContent: ours ? `${this.title}: ` : `${words.you} ` });
    const said = text.startsWith("/start") ? words.start : labels.get(text) ?? text; // what links and buttons say is for machines
    const content = make("div", { className: "text", hidden: !text, ...spoken(lang) }, ...(ours ? linked(text) : [said]));
    const time = make("time", { dateTime: date.toISOString(), textContent: clock.format(date) });
    const line = make("div", { className: `line ${ours ? "theirs" : "mine"}`, dataset: { id, day: date.toDateString() } }, who);
    if (picture) line.append(this.picture(picture, lang));
    line.append(content, time);
    if (!ours) line.dataset.note = words.sending;
    if (buttons.length) line.append(this.choices(buttons, lang));
    return line;
  }

  /** Sized before it is there, so that nothing moves; pressed, it is shown as large as the screen allows. */
  picture({ url, alt, width, height }, lang) {
    const image = make("img", { alt, ...spoken(lang), loading: "lazy", decoding: "async", width, height });
    const frame = make("button", { className: "picture", type: "button", title: words.enlarge, onclick: () => this.enlarge(url, alt, lang) }, image);
    image.onerror = () => frame.replaceWith(make("div", { className: "text", textContent: alt, ...spoken(lang) }));
    image.src = url;
    return frame;
  }

  enlarge(url, alt, lang) {
    const close = make("button", { className: "close", type: "button", autofocus: true, onclick: () => large.close(), attributes: { "aria-label": words.close } }, icon("M6 6l12 12M18 6 6 18"));
    const large = make("dialog", { className: "large", attributes: { "aria-label": words.picture }, onclose: () => large.remove() }, close, make("img", { src: url, alt, ...spoken(lang) }));
    large.onclick = (event) => { if (event.target === large) large.close(); };
    this.root.append(large);
    large.showModal();
  }

  choices(buttons, lang = "") {
    return make("div", { className: "choices", ...spoken(lang), attributes: { role: "group" } }, ...buttons.map((button) => this.choice(button)));
  }

  choice({ label, says, opens }) {
    if (/^https?:\/\//.test(opens ?? "")) {
      const hint = make("span", { className: "unseen", lang: language, textContent: ` (${words["new tab"]})` });
      return make("a", { href: opens, rel: "noopener", target: "_blank" }, label, hint, icon("M8 16 17 7M9.5 7H17v7.5"));
    }
    return make("button", { type: "button", textContent: label, onclick: (event) => this.say(says, event.detail === 0) });
  }

  /** In the order of ids; what has none yet comes last. */
  place(bubble) {
    const id = bubble.dataset.id;
    let before = this.typing;
    for (let one = before.previousElementSibling; one?.matches(".line"); one = one.previousElementSibling) {
      if (one !== bubble && !comesAfter(one, id)) break;
      before = one;
    }
    if (before !== bubble) before.before(bubble);
  }

  /** Quick replies stay until the visitor has said the next thing. */
  tidy() {
    let answered = false;
    for (const line of [...this.log.querySelectorAll(".line")].reverse()) {
      const choices = answered && line.querySelector(".choices");
      if (choices) {
        if (choices.contains(document.activeElement)) this.log.focus({ preventScroll: true });
        choices.remove();
      }
      answered ||= line.matches(".mine");
    }
  }
}

function comesAfter(line, id) {
  if (!id) return false;
  return !line.dataset.id || BigInt(line.dataset.id) > BigInt(id);
}
