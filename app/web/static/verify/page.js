// Verifying what a page of the square shows: an entry, all entries of a case, or the ballot of a receipt.
import { Fault, encodeText, fromBase64, fromHex } from "./bytes.js";
import { keysTyped } from "./key.js";
import { QUIETLY, Reader, believe, checkBallot, checkEntry, checkOpenings, checkRoot, openLedger } from "./log.js";
import { parseReceipt } from "./proof.js";
import { Steps } from "./steps.js";

const CHECKS = { entry: verifyEntry, case: verifyCase, receipt: verifyReceipt };

/** Runs the check that a place on the page asks for, and shows each step there. */
export async function verify(place) {
  const typed = await keysTyped(place);
  if (typed === null) return;
  const button = place.querySelector("[data-run]");
  const steps = new Steps(place);
  const reader = new Reader(location.origin);
  const entries = place.dataset.entries.split(" ").map(Number);
  button.disabled = true;
  try {
    const keys = await believe(reader, typed, steps);
    const log = await openLedger(reader, keys, steps);
    await CHECKS[place.dataset.verify]({ place, steps, reader, log, entries });
    const slots = { entry: entries[0], size: log.size, ...place.dataset };
    steps.end(log.isSigned ? (typed.length ? "good" : "good-own") : "unchecked", slots);
    if (log.isSigned) entries.forEach((entry) => mark(entry, "checked"));
  } catch (fault) {
    if (fault.kind === "unsigned") steps.end("unsigned");
    else {
      steps.fail(fault, { address: reader.address, files: reader.evidence(), key: place.querySelector("[data-key]").value });
      if (fault.kind === "differs" || fault.kind === "malformed") mark(fault.entry ?? entries[0], "broken");
    }
  } finally {
    button.disabled = false;
  }
}

async function verifyEntry({ place, steps, log, entries }) {
  const [index] = entries;
  const shown = encodeText(document.querySelector("[data-bytes]").textContent);
  const entry = await checkEntry(log, index, steps, shown);
  await checkOpenings(index, entry, openingsShown(), steps);
}

function openingsShown() {
  return Array.from(document.querySelectorAll("[data-opening]"), (one) => ({
    field: one.dataset.opening,
    salt: fromHex(one.querySelector("[data-salt]").textContent),
    value: one.querySelector("[data-value]").textContent,
  }));
}

async function verifyCase({ steps, log, entries }) {
  await checkRoot(log, steps);
  for (const index of entries) {
    try {
      const entry = await steps.take("entry", async (step) => {
        const found = await checkEntry(log, index, QUIETLY);
        step.fill({ length: found.length });
        return found;
      }, { entry: index });
      await checkOpenings(index, entry, await openingsOf(index), steps);
    } catch (fault) {
      throw Object.assign(fault, { entry: index });
    }
  }
}

/** The texts behind an entry that this reader may see. */
async function openingsOf(index) {
  const answer = await fetch(`/ledger/${index}`, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new Fault("missing", `/ledger/${index}: the square answered ${answer.status}`);
  const { openings } = await answer.json();
  return openings.map(({ field, salt, value }) => ({ field, salt: fromBase64(salt), value }));
}

async function verifyReceipt({ place, steps, reader, log, entries }) {
  const [index] = entries;
  const entry = await checkEntry(log, index, steps);
  await checkBallot(reader, index, entry, parseReceipt(place.dataset), steps);
}

/** Shows the seals of an entry as this browser found them. */
function mark(entry, state) {
  for (const seal of document.querySelectorAll(`main a.seal[href="/ledger/${entry}"]`)) {
    seal.dataset.state = state;
    const sign = seal.querySelector("use");
    sign.setAttribute("href", sign.getAttribute("href").replace(/#.*/, `#seal-${state}`));
  }
}
