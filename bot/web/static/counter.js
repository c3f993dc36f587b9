// Shows the counter's code anew whenever it changes; while the connection is away no old code is left to scan.
const page = document.querySelector(".counter");
const picture = page.querySelector(".picture");
const caption = page.querySelector("figcaption");
const bar = page.querySelector("progress");
const status = page.querySelector("[role=status]");
const PATIENCE = 5000; // ms: a dead line may never answer, and an old code must not stay
let ends = Date.now() + Number(page.dataset.seconds) * 1000;
let asking = false;

function say(words) {
  if (status.textContent !== words) status.textContent = words;
}

async function renew() {
  asking = true;
  const line = new AbortController();
  const patience = setTimeout(() => line.abort(), PATIENCE);
  try {
    const answer = await fetch(`${location.pathname}/code`, { cache: "no-store", signal: line.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    const shown = await answer.json();
    picture.innerHTML = shown.picture; // an SVG that our own server drew
    caption.textContent = shown.code;
    ends = Date.now() + shown.seconds * 1000;
    page.classList.remove("away");
    say(status.dataset.changes);
  } catch {
    page.classList.add("away");
    say(status.dataset.away);
    ends = Date.now() + 3000;
  }
  clearTimeout(patience);
  asking = false;
}

setInterval(() => {
  const left = ends - Date.now();
  bar.value = Math.max(0, left / 1000);
  if (left <= 0 && !asking) renew();
}, 250);
/** The screen stays on while the code is seen; browsers let go of it whenever it is not. */
function stayOn() {
  navigator.wakeLock?.request("screen").catch(() => {}); // a weak battery may forbid it
}

stayOn();
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  stayOn();
  if (!asking) renew();
});
