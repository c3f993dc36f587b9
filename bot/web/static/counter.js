// Shows the counter's code anew whenever it changes; while the connection is away no old code is left to scan.
const page = document.querySelector(".counter");
const picture = page.querySelector(".picture");
const caption = page.querySelector("figcaption");
const bar = page.querySelector("progress");
const status = page.querySelector("[role=status]");
let ends = Date.now() + Number(page.dataset.seconds) * 1000;
let asking = false;

function say(words) {
  if (status.textContent !== words) status.textContent = words;
}

async function renew() {
  asking = true;
  try {
    const answer = await fetch(`${location.pathname}/code`, { cache: "no-store" });
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
  asking = false;
}

setInterval(() => {
  const left = ends - Date.now();
  bar.value = Math.max(0, left / 1000);
  if (left <= 0 && !asking) renew();
}, 250);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !asking) renew();
});
