// The page that can be saved: what is given to it, or what a square serves at an address, held against a typed key.
import { decodeText, encodeText, fromDecimal, fromHex, must, mustEqual } from "./bytes.js";
import { keysTyped } from "./key.js";
import { Reader, believe, checkEntry, checkOpenings, checkSigned, openLedger, readBallot } from "./log.js";
import { MAX_NOTE, parseCheckpoint, parseNote } from "./note.js";
import { isBoxProof, parseBoxProof, parseProof, parseReceipt } from "./proof.js";
import { Steps } from "./steps.js";
import { climb, hashLeaf } from "./tree.js";

const form = document.querySelector("[data-form]");
const results = document.querySelector("[data-results]");

/** What a field holds; space around it is nobody's. */
const typed = (name) => form.elements[name].value.trim();

/** The bytes of the file that was chosen, or else of what was pasted. */
async function given(name) {
  const [file] = form.elements[`${name}-file`].files;
  return file ? new Uint8Array(await file.arrayBuffer()) : encodeText(form.elements[name].value);
}

/** The proof that was given; who pastes loses the newline at its end. */
async function givenProof() {
  const bytes = await given("proof");
  must(bytes.length, "no proof was given");
  return bytes.at(-1) === 10 ? bytes : encodeText(`${decodeText(bytes)}\n`);
}

/** What is checked, and where it comes from: files, an entry that a square serves, or a ballot's proof from there. */
async function verify(reader, keys, steps) {
  await believe(reader, keys, steps);
  const receipt = receiptTyped();
  if (form.elements.from.value === "files") return verifyProof(await givenProof(), await given("entry"), receipt, keys, steps);
  if (receipt) return verifyProof(await servedProof(reader, receipt, steps), new Uint8Array(), receipt, keys, steps);
  must(typed("number"), "the number of an entry is missing");
  const index = fromDecimal(typed("number"));
  const log = await openLedger(reader, keys, steps);
  return { index, log, entry: await checkEntry(log, index, steps), kind: "good" };
}

const servedProof = (reader, { vote, place }, steps) =>
  steps.take("fetch", () => reader.read(`votes/${vote}/box/proof/${place}`, MAX_NOTE), { path: `/votes/${vote}/box/proof/${place}` });

/** An entry by its proof; of a box proof the sealing entry, which it carries, and the ballot. */
async function verifyProof(bytes, entryGiven, receipt, keys, steps) {
  const { box, proof, note } = await steps.take("proof", async (step) => {
    const read = readProof(bytes);
    const signed = parseNote(read.proof.checkpoint);
    signed.checkpoint = await parseCheckpoint(signed.text);
    step.fill({ entry: read.proof.index, ...signed.checkpoint });
    step.show(signed.checkpoint.root);
    return { ...read, note: signed };
  });
  const log = { ...note.checkpoint, isSigned: await checkSigned(note, note.checkpoint, keys, steps) };
  const entry = entryGiven.length ? entryGiven : (proof.extra ?? entryGiven);
  await checkPath(entry, proof, log, steps);
  if (box) must(receipt, "a ballot's proof is checked with its receipt: vote, place, token, choice");
  if (receipt) await checkReceipt(receipt, box, proof.index, entry, steps);
  return { index: proof.index, log, entry, kind: receipt ? "good-receipt" : "good" };
}

function readProof(bytes) {
  const box = isBoxProof(bytes) ? parseBoxProof(bytes) : null;
  return { box, proof: box ? box.sealed : parseProof(bytes) };
}

async function checkReceipt(receipt, box, index, entry, steps) {
  must(box, "a receipt is checked with the proof of its place in the box");
  const { seal, ballot } = await readBallot(index, entry, receipt, steps);
  must(box.index === receipt.place, `this is the proof of place ${box.index}, and not of place ${receipt.place}`);
  await checkPath(ballot, box, seal, steps, "box-");
}

/** From the hash of an entry, joined with each hash of its proof, up to a root. */
async function checkPath(entry, { index, hashes }, { size, root }, steps, kind = "") {
  const { leaf, way } = await steps.take(`${kind}leaf`, async (step) => {
    const computed = step.show(await hashLeaf(entry));
    return { leaf: computed, way: await climb(computed, index, size, hashes) };
  });
  for (const [at, { side, hash, result }] of way.entries()) {
    await steps.take(`join-${side}`, async (step) => [step.show(hash), step.show(result)], { n: at + 1 });
  }
  await steps.take(`${kind}equal`, async (step) => {
    mustEqual(way.at(-1)?.result ?? leaf, root, "the proof leads to another root");
    step.show(root);
  }, { size });
}

/** The receipt in the form, null where nothing was typed. */
function receiptTyped() {
  const values = Object.fromEntries(["vote", "place", "token", "choice"].map((name) => [name, typed(name)]));
  return Object.values(values).some(Boolean) ? parseReceipt(values) : null;
}

function openingsTyped() {
  const field = typed("field");
  return field ? [{ field, salt: fromHex(typed("salt")), value: form.elements.value.value }] : [];
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const keys = await keysTyped(form);
  if (keys === null) return;
  const steps = new Steps(results);
  const reader = new Reader(form.elements.from.value === "files" ? "" : typed("address"));
  try {
    const { index, log, entry, kind } = await verify(reader, keys, steps);
    await checkOpenings(index, entry, openingsTyped(), steps);
    const slots = { entry: index, size: log.size, place: typed("place"), bytes: new TextDecoder().decode(entry) };
    steps.end(log.isSigned ? kind : "unchecked", slots);
  } catch (fault) {
    if (fault.kind === "unsigned") steps.end("unsigned");
    else steps.fail(fault, { address: reader.address, files: reader.evidence(), key: form.querySelector("[data-key]").value });
  }
  results.scrollIntoView();
});

/** Shows the fields that belong to where the proof comes from. */
function choose() {
  for (const one of form.querySelectorAll("[data-from]")) one.hidden = one.dataset.from !== form.elements.from.value;
}

form.addEventListener("change", choose);
choose();
document.querySelector("[data-needs-script]").hidden = Boolean(globalThis.crypto?.subtle);
form.hidden = !globalThis.crypto?.subtle;
if (location.protocol.startsWith("http")) form.elements.address.value = location.origin;
for (const one of document.querySelectorAll("[data-served]")) one.hidden = !location.protocol.startsWith("http");
