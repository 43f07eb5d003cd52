// Replaces the parts of a page that the server sends anew, and copies commands.
// While nobody sees the page it is not followed: a browser opens few connections to one server.

const address = document.body.dataset.live;
const state = document.getElementById("link-state");
let source;
// Whether the present connection has brought an update: one may be all that it brings.
let fresh = false;

/** Focuses an element, or of details, which take no focus, what opens them. */
const focus = (element) => (element?.matches("details") ? element.querySelector("summary") : element)?.focus();

/** Puts each element of the HTML in the place of the one with its id. */
const replace = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const part of [...template.content.children]) {
    const old = document.getElementById(part.id);
    if (!old) continue;
    const open = [...old.querySelectorAll("details[open][id]")].map((details) => details.id);
    const focused = old.contains(document.activeElement) ? document.activeElement.closest("[id]").id : "";
    old.replaceWith(part);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused) focus(document.getElementById(focused));
  }
};

const say = (text) => { if (state.textContent !== text) state.textContent = text; };

const follow = () => {
  source?.close();
  source = undefined;
  if (!address || document.hidden) return;
  source = new EventSource(address);
  source.onmessage = (message) => {
    fresh = true;
    replace(message.data);
  };
  source.onopen = () => say("Live.");
  source.onerror = () => {
    if (source?.readyState === EventSource.CLOSED) say("Not live: reload the page.");
    else if (!fresh) say("Connecting again…");
    fresh = false;
  };
};

const copy = async (button) => {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  const name = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = name; }, 1500);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) copy(button);
});
document.addEventListener("visibilitychange", follow);
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => { if (event.persisted) follow(); });
follow();
