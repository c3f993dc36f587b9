// Buys without leaving the page, so that the chat beside it shows live what comes of it. Without this the form just works.
const SELECTOR = "#member";

document.addEventListener("submit", async (event) => {
  const form = event.target.closest(`${SELECTOR} form`);
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST" });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // The line that is read aloud has to stay the same element.
    const said = document.querySelector(`${SELECTOR} [role=status]`);
    document.querySelector(`${SELECTOR} dl`).replaceWith(page.querySelector(`${SELECTOR} dl`));
    said.textContent = page.querySelector(`${SELECTOR} [role=status]`).textContent;
  } catch {
    location.reload();
  } finally {
    button.disabled = false;
  }
});
