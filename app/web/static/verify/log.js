// Checking what a square serves, step by step: everything is fetched from it, and nothing is believed.
import { Fault, decodeText, must, mustEqual, toBase64, toHex } from "./bytes.js";
import { MAX_NOTE, checkOrigin, knowsEd25519, parseCheckpoint, parseKeys, parseNote, signersOf } from "./note.js";
import { ballotOf, checkOpening, parseSeal } from "./proof.js";
import { MAX_BUNDLE, TILE_BYTES, bundleOf, checkTile, decodeBundle, edgeTiles, hashAt, hashLeaf, rootOf, tileOf, tileRoot } from "./tree.js";

const PATIENCE = 30_000;
const NOTHING = { fill: () => NOTHING, leave: () => NOTHING, show: (hash) => hash };

/** Takes steps without showing them. */
export const QUIETLY = { take: (word, work) => work(NOTHING) };

/** Reads the files of a square at an address, each once, and keeps them as evidence. */
export class Reader {
  constructor(address) {
    this.address = address.replace(/\/+$/, "");
    this.files = new Map();
  }

  /** The file at a path; `limit` is the most bytes that it can have. */
  async read(path, limit) {
    if (!this.files.has(path)) this.files.set(path, await this.#fetch(path, limit));
    return this.files.get(path);
  }

  async #fetch(path, limit) {
    // A copy that was kept would say what the square served before, and not what it serves.
    const how = { cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(PATIENCE) };
    let answer = null;
    let bytes = null;
    try {
      answer = await fetch(`${this.address}/${path}`, how);
      bytes = answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
    } catch {
      throw new Fault("missing", `/${path}: there was no answer`);
    }
    if (bytes === null) throw new Fault("missing", `/${path}: the square answered ${answer.status}`);
    must(bytes.length <= limit, `/${path} is longer than such a file can be`);
    return bytes;
  }

  /** What came here, for others to look at. */
  evidence() {
    return Object.fromEntries(Array.from(this.files, ([path, bytes]) => [`/${path}`, toBase64(bytes)]));
  }
}

/** The keys to believe: those given, or where there are none the ones that the square shows of itself. */
export async function believe(reader, given, steps) {
  return steps.take("key", async (step) => {
    const keys = given.length ? given : await parseKeys(decodeText(await reader.read("ledger/key", MAX_NOTE)));
    step.fill({ key: keys.map((key) => key.text).join(" ") }, given.length ? "given" : "own");
    return keys;
  });
}

/** The ledger under its latest checkpoint; `isSigned` is false where this browser cannot check signatures. */
export async function openLedger(reader, keys, steps) {
  const read = (path, limit) => reader.read(`ledger/${path}`, limit);
  const note = await steps.take("checkpoint", async (step) => {
    const parsed = parseNote(await read("checkpoint", MAX_NOTE));
    const checkpoint = await parseCheckpoint(parsed.text);
    step.fill({ origin: checkpoint.origin, size: checkpoint.size }).show(checkpoint.root);
    return { ...parsed, checkpoint };
  });
  const isSigned = await checkSigned(note, note.checkpoint, keys, steps);
  return { ...note.checkpoint, read, isSigned, name: "" };
}

/** Whether known keys have signed; a browser without Ed25519 cannot say, and the step says that. */
export async function checkSigned(note, checkpoint, keys, steps) {
  return steps.take("signature", async (step) => {
    if (!(await knowsEd25519())) {
      step.fill({}, "unchecked").leave();
      return false;
    }
    const signers = await signersOf(note, keys);
    checkOrigin(checkpoint, signers);
    step.fill({ signers: signers.map((key) => `${key.name}+${toHex(key.id)}`).join(" ") }, "checked");
    return true;
  });
}

/** The ballot box of a vote, as an entry seals it. */
export function openBox(reader, vote, seal, entry) {
  const name = `votes/${vote}/box/`;
  return { ...seal, read: (path, limit) => reader.read(name + path, limit), name, entry };
}

/** An entry of a log, shown to lie under its root: its bytes. `shown` is what the page says that they are. */
export async function checkEntry(log, index, steps, shown = null) {
  if (index >= log.size) throw new Fault("unsigned", `the signed ledger has ${log.size} entries, and entry ${index} is not among them yet`);
  const bundle = bundleOf(index, log.size);
  const entry = await steps.take(log.name ? "box-bundle" : "bundle", async (step) => {
    const entries = decodeBundle(await log.read(bundle.path, MAX_BUNDLE), bundle.width);
    step.fill({ length: entries[bundle.place].length });
    return entries[bundle.place];
  }, { entry: index, path: `/${log.name || "ledger/"}${bundle.path}` });
  if (shown) await steps.take("shown", async () => mustEqual(entry, shown, "the page shows other bytes than the bundle has"));
  await checkWayUp(log, index, entry, steps);
  await checkRoot(log, steps);
  return entry;
}

/** From the hash of an entry through each full tile to the edge of the log. */
async function checkWayUp(log, index, entry, steps) {
  let hash = await steps.take("leaf", async (step) => step.show(await hashLeaf(entry)));
  let below = null;
  for (let level = 0; ; level += 1) {
    const tile = tileOf(level, index, log.size);
    const row = await steps.take(below ? "tile-tile" : "leaf-tile", async (step) => {
      step.show(hash);
      const bytes = await readTile(log, tile);
      mustEqual(hash, hashAt(bytes, tile.place), `${tile.path} has another hash at place ${tile.place}`);
      return bytes;
    }, { tile: tile.path, place: tile.place, below: below?.path });
    if (edgeTiles(log.size).some((edge) => edge.path === tile.path)) return;
    [hash, below] = [await tileRoot(row), tile];
  }
}

/** The tiles at the edge of a log give its root. */
export async function checkRoot(log, steps) {
  await steps.take(log.name ? "box-root" : "root", async (step) => {
    const rows = await Promise.all(edgeTiles(log.size).map((tile) => readTile(log, tile)));
    const root = await rootOf(rows);
    mustEqual(root, log.root, `the tiles of all ${log.size} entries give another root`);
    step.show(root);
  }, { size: log.size, entry: log.entry });
}

async function readTile(log, tile) {
  const bytes = await log.read(tile.path, TILE_BYTES);
  checkTile(tile, bytes);
  return bytes;
}

/** Each text that a page shows opens the commitment that its entry made. */
export async function checkOpenings(index, entry, openings, steps) {
  for (const opening of openings) {
    await steps.take("opening", async (step) => {
      step.show(await checkOpening(entry, opening));
      step.fill({ text: opening.value });
    }, { entry: index, field: opening.field });
  }
}

/** A ballot lies in the box that an entry seals, at the place that the receipt names. */
export async function checkBallot(reader, index, entry, receipt, steps) {
  const { seal, ballot } = await readBallot(index, entry, receipt, steps);
  const box = openBox(reader, receipt.vote, seal, index);
  const found = await checkEntry(box, receipt.place, steps);
  await steps.take("ballot-there", async (step) => {
    mustEqual(ballot, found, `another ballot lies at place ${receipt.place}`);
    step.show(found);
  }, { place: receipt.place });
}

/** The seal in an entry, and the commitment that a receipt makes. */
export async function readBallot(index, entry, receipt, steps) {
  const seal = await steps.take("seal", async (step) => {
    const read = parseSeal(entry, receipt.vote);
    if (receipt.place >= read.size) throw new Fault("differs", `this seal covers ${read.size} ballots, and not place ${receipt.place}`);
    step.fill({ size: read.size }).show(read.root);
    return read;
  }, { entry: index, vote: receipt.vote });
  const ballot = await steps.take("ballot", async (step) => step.show(await ballotOf(receipt)));
  return { seal, ballot };
}
