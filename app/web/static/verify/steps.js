// The steps of a check as a reader sees them. Every sentence stands in the page, in the reader's language.
import { Fault, encodeText, toHex } from "./bytes.js";

/** A list of steps that grows while they are taken, and what it comes to. */
export class Steps {
  constructor(place) {
    this.place = place;
    this.list = place.querySelector("[data-steps]");
    this.status = place.querySelector("[data-status]");
    this.result = place.querySelector("[data-result]");
    this.list.replaceChildren();
    this.result.replaceChildren();
    this.taken = 0;
  }

  /** Takes a step: shows what it is, does the work, and shows what came of it. A fault stops here, visibly. */
  async take(word, work, slots = {}) {
    const item = document.createElement("li");
    item.className = "next";
    item.append(wordsOf(`step-${word}`));
    fill(item, slots);
    this.list.append(item);
    this.taken += 1;
    this.say("running", { n: this.taken });
    const step = new Step(item);
    try {
      const value = await work(step);
      item.className = step.isLeft ? "later" : "";
      return value;
    } catch (fault) {
      item.className = "failed";
      item.querySelectorAll("[data-done]").forEach((one) => one.remove());
      fault.step ??= item.querySelector("b").textContent;
      throw fault;
    }
  }

  /** Says how it stands, politely. */
  say(word, slots = {}) {
    const line = wordsOf(`status-${word}`);
    fill(line, slots);
    this.status.replaceChildren(line);
  }

  /** How it ended, politely. */
  end(word, slots = {}) {
    const told = wordsOf(`end-${word}`);
    fill(told, slots);
    this.status.replaceChildren();
    this.status.append(told);
  }

  /** It does not hold, or could not be checked: what, why, what differs, and what to do. */
  fail(fault, evidence) {
    const known = fault instanceof Fault ? fault : Object.assign(new Fault("broken", String(fault)), { step: fault.step });
    const [computed, served] = [asText(known.computed), asText(known.served)];
    const told = wordsOf("end-fault");
    keepKind(told, known.kind);
    if (!computed) told.querySelector("[data-differs]").remove();
    fill(told, { step: known.step, why: known.message, computed, served, site: evidence.address });
    const found = { ...evidence, step: known.step, why: known.message, computed, served };
    told.querySelector("[data-save]").addEventListener("click", () => saveEvidence(found));
    this.status.replaceChildren();
    this.result.replaceChildren(told);
  }
}

class Step {
  constructor(item) {
    this.item = item;
    this.isLeft = false;
  }

  /** Says what came of the step; `kind` chooses among sentences. */
  fill(slots, kind = "") {
    fill(this.item, slots);
    keepKind(this.item, kind);
    for (const one of this.item.querySelectorAll("[data-done]")) one.hidden = false;
    return this;
  }

  /** Shows a hash, and gives it back. */
  show(hash) {
    const text = toHex(hash);
    const line = document.createElement("p");
    const sign = document.createElement("span");
    sign.className = "hash quiet";
    sign.title = text;
    sign.textContent = short(text);
    line.append(sign);
    this.item.append(line);
    return hash;
  }

  /** The step was not taken, because this browser cannot. */
  leave() {
    this.isLeft = true;
    return this;
  }
}

/** The first signs of a hash and the last, enough to compare by eye; the whole is its title. */
const short = (text) => (text.length > 24 ? `${text.slice(0, 16)}…${text.slice(-8)}` : text);

function asText(bytes) {
  if (!bytes) return "";
  return bytes.length <= 64 ? toHex(bytes) : `${toHex(bytes.slice(0, 32))}… (${bytes.length} bytes)`;
}

/** Of sentences for several cases, keeps those for this one. */
function keepKind(place, kind) {
  for (const one of place.querySelectorAll("[data-kind]")) if (!one.dataset.kind.split(" ").includes(kind)) one.remove();
}

/** A copy of the words that the page has under a name. */
export const wordsOf = (name) => document.getElementById(`verify-${name}`).content.cloneNode(true);

/** Puts names, and counts in the reader's digits, into the places that a sentence leaves for them. */
export function fill(place, slots) {
  for (const one of place.querySelectorAll("[data-slot]")) {
    const value = slots[one.dataset.slot];
    if (value !== undefined) one.textContent = "count" in one.dataset ? counts.format(value) : value;
  }
}

const { lang } = document.documentElement;
const counts = new Intl.NumberFormat(lang === "ar" ? "ar-u-nu-arab" : lang);

function saveEvidence(evidence) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([encodeText(JSON.stringify(evidence, null, 1))], { type: "application/json" }));
  link.download = "isegoria-evidence.json";
  link.click();
  URL.revokeObjectURL(link.href);
}
