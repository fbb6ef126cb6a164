// Shows the page whose address the surrounding page tells. The policy of this page allows one origin only.

const frame = document.querySelector("iframe");
const allowed = new URLSearchParams(location.search).get("origin");

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== parent || typeof data?.url !== "string") return;
  if (new URL(data.url, location.href).origin === allowed) frame.src = data.url;
});
parent.postMessage({ ready: true }, location.origin);
