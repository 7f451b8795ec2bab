// The field for the verifier key: what is typed in is checked, and remembered for this address.
import { parseKeys } from "./note.js";

/** The keys in the field, [] where it is empty, null where it holds no key, which the field then says. */
export async function keysTyped(place) {
  const input = place.querySelector("[data-key]");
  const text = input.value.trim();
  let keys = [];
  try {
    if (text || input.required) keys = await parseKeys(text);
    input.removeAttribute("aria-invalid");
    remember(input.name, text);
  } catch {
    keys = null;
    input.setAttribute("aria-invalid", "true");
    input.closest("details")?.setAttribute("open", "");
    input.focus();
  }
  place.querySelector("[data-key-fault]").hidden = keys !== null;
  return keys;
}

function remember(name, text) {
  try {
    if (text) localStorage.setItem(name, text);
    else localStorage.removeItem(name);
  } catch {
    // A browser may refuse to keep anything; then the key is typed in again.
  }
}
