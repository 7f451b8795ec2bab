// The button "Verify in this browser"; what it needs is loaded when it is pressed.

for (const place of document.querySelectorAll("[data-verify]")) {
  // Over plain http browsers keep WebCrypto back.
  const words = globalThis.crypto?.subtle ? "verify-widget" : "verify-insecure";
  place.append(document.getElementById(words).content.cloneNode(true));
  const key = place.querySelector("[data-key]");
  if (key) key.value = remembered(key.name);
  place.querySelector("[data-run]")?.addEventListener("click", async () => {
    const { verify } = await import("./page.js");
    await verify(place);
  });
}

/** What was typed in here before; a browser may refuse to keep anything. */
function remembered(name) {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}
