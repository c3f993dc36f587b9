// The chat on a shop's page: <script src="https://…/chat/embed.js" async></script>
// data-language="hu", data-colour="#b4602a", data-open="true". Lives in a shadow tree, leaves the page alone.
(() => {
  if (window.regularsChat) return;
  const WORDS = __WORDS__;
  const ORIGINS = __ORIGINS__;
  const script = document.currentScript;
  const chat = new URL("/chat?embed=1", script.src);
  if (![chat.origin, ...ORIGINS].includes(location.origin)) {
    console.error(`Regulars: there is no chat here, because ${chat.origin} does not know pages of ${location.origin}. Add that to REGULARS_CHAT_ORIGINS.`);
    return;
  }
  const { language = "", colour = "", open: openAtOnce } = script.dataset;
  const HEX = /^#[0-9a-f]{6}$/i;
  const FULL = matchMedia("(max-width: 480px), (max-height: 480px)");

  const STYLE = `
    :host { all: initial; color-scheme: light dark; --paper: #fffdf9; --ink: #1f2a27; --brand: #14655a; --on-brand: #fff; }
    @media (prefers-color-scheme: dark) { :host { --paper: #191f1d; --ink: #e9eeeb; } }
    button { display: grid; place-items: center; margin: 0; padding: 0; border: 0; border-radius: 50%; cursor: pointer; touch-action: manipulation; }
    button:focus-visible, iframe:focus-visible { outline: 3px solid #fff; outline-offset: 0; box-shadow: 0 0 0 6px #1f2a27; }
    svg { fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .launcher { position: fixed; right: calc(20px + env(safe-area-inset-right, 0px)); bottom: calc(20px + env(safe-area-inset-bottom, 0px)); z-index: 2147483000; width: 56px; height: 56px; background: var(--brand); color: var(--on-brand); box-shadow: 0 4px 20px rgb(0 0 0 / 25%); }
    .launcher svg { width: 28px; }
    .badge { position: absolute; top: -4px; right: -4px; min-width: 22px; box-sizing: border-box; padding: 0 6px; border: 2px solid #fff; border-radius: 13px; background: #b3261e; color: #fff; font: 700 12px/20px system-ui, sans-serif; text-align: center; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: pre; }
    dialog { position: fixed; inset: auto calc(20px + env(safe-area-inset-right, 0px)) calc(92px + env(safe-area-inset-bottom, 0px)) auto; z-index: 2147483000; box-sizing: border-box; width: min(400px, calc(100vw - 40px)); max-width: none; height: min(660px, calc(100dvh - 112px)); max-height: none; margin: 0; padding: 0; overflow: hidden; border: 1px solid rgb(128 128 128 / 35%); border-radius: 20px; background: var(--paper); box-shadow: 0 12px 48px rgb(0 0 0 / 22%); }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .close { position: absolute; top: calc(11px + env(safe-area-inset-top, 0px)); right: calc(10px + env(safe-area-inset-right, 0px)); width: 44px; height: 44px; background: none; color: var(--ink); }
    .close svg { width: 22px; }
    [hidden] { display: none; }
    @media (max-width: 480px), (max-height: 480px) { dialog { inset: var(--top, 0) 0 auto; width: 100%; height: var(--seen, 100dvh); border: 0; border-radius: 0; } }
    @media (prefers-reduced-motion: no-preference) { dialog[open] { animation: rise .18s ease-out; } @keyframes rise { from { opacity: 0; transform: translateY(12px); } } }
  `;
  const TALK = "M4.5 5h15v11h-8L7 20v-4H4.5Z";
  const CROSS = "M6 6l12 12M18 6 6 18";

  /** The language that words exist in for the first tag that has any: zh-TW finds zh-Hant. */
  function pick(tags) {
    const written = (tag) => { try { return new Intl.Locale(tag).maximize(); } catch { return {}; } };
    for (const asked of tags.map(written)) {
      const alike = Object.keys(WORDS).filter((tag) => asked.language && written(tag).language === asked.language);
      if (alike.length) return alike.find((tag) => written(tag).script === asked.script) ?? alike[0];
    }
    return "";
  }

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function icon(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS(svg.namespaceURI, "path");
    for (const [name, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  /** White while an icon can be told from the colour (3 : 1), otherwise black. */
  function inkOn(hex) {
    const [red, green, blue] = [1, 3, 5].map((at) => (parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.3 ? "#000" : "#fff";
  }

  const chosen = pick([language, document.documentElement.lang]);
  const tag = chosen || pick(navigator.languages) || "en";
  const words = WORDS[tag];
  const launcher = make("button", { class: "launcher", type: "button" });
  const close = make("button", { class: "close", type: "button", "aria-label": words["close chat"] }, icon(CROSS));
  const panel = make("dialog", { "aria-label": words.launcher });
  const news = make("span", { class: "unseen", role: "status" });
  const host = make("aside", { lang: tag, "aria-label": words.launcher });
  const root = host.attachShadow({ mode: "open" });
  // Whatever the page says of all its elements, even !important: it is not meant for this one.
  for (const [name, value] of [["all", "initial"], ["color-scheme", "light dark"], ["direction", "ltr"]]) host.style.setProperty(name, value, "important");
  let frame = null;
  let ready = false; // before it has loaded, the frame's origin is not ours yet
  let unread = 0;
  let wanted = false; // the focus, by whoever opened us

  function label() {
    const many = words.unread.replace("{n}", unread);
    launcher.replaceChildren(icon(panel.open ? CROSS : TALK));
    if (unread) {
      const badge = make("span", { class: "badge", "aria-hidden": "true" });
      badge.textContent = unread > 9 ? "9+" : unread;
      launcher.append(badge);
    }
    const name = panel.open ? words["close chat"] : words["open chat"];
    launcher.setAttribute("aria-label", unread ? `${name}. ${many}` : name);
    news.textContent = unread ? many : "";
  }

  function tell(name) {
    if (ready) frame.contentWindow.postMessage({ regulars: name, focus: wanted }, chat.origin);
  }

  /** The frame is loaded when it is first opened: until then the page pays for this script alone. */
  function load() {
    if (chosen) chat.searchParams.set("lang", chosen);
    if (HEX.test(colour)) chat.searchParams.set("colour", colour.slice(1));
    frame = make("iframe", { src: chat, title: words.launcher });
    panel.prepend(frame);
  }

  function show(withFocus) {
    if (!frame) load();
    wanted = withFocus;
    // On a small screen the chat is all there is: nothing behind it can be reached meanwhile.
    if (FULL.matches) panel.showModal();
    else panel.show();
    if (withFocus) frame.focus();
    else root.activeElement?.blur();
    unread = 0;
    label();
    tell("shown");
  }

  function hide() {
    if (panel.open) panel.close();
  }

  function besideKeyboard() {
    if (visualViewport.scale > 1.01) return;
    panel.style.setProperty("--seen", `${visualViewport.height}px`);
    panel.style.setProperty("--top", `${visualViewport.offsetTop}px`);
  }

  launcher.onclick = () => (panel.open ? hide() : show(true));
  close.onclick = hide;
  panel.onclose = () => {
    if (panel.open) return;
    label();
    tell("hidden");
    launcher.focus();
  };
  host.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) hide(); });
  FULL.addEventListener("change", () => { if (panel.open) { hide(); show(true); } });
  for (const change of ["resize", "scroll"]) visualViewport?.addEventListener(change, besideKeyboard);
  addEventListener("message", ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== chat.origin) return;
    if (data?.regulars === "ready") { ready = true; tell(panel.open ? "shown" : "hidden"); }
    if (data?.regulars === "close") hide();
    if (data?.regulars === "unread") { unread = Number(data.count) || 0; label(); }
  });

  function mount() {
    const sheet = new CSSStyleSheet(); // a strict content policy of the page lets this pass, but no <style>
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    if (HEX.test(colour)) {
      host.style.setProperty("--brand", colour);
      host.style.setProperty("--on-brand", inkOn(colour));
    }
    panel.append(close);
    root.append(launcher, panel, news);
    label();
    document.body.append(host);
    if (openAtOnce === "true" && !FULL.matches) show(false);
  }

  window.regularsChat = { open: () => panel.open || show(true), close: hide };
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
})();
