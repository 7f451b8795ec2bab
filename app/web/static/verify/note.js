// Signed notes (C2SP signed-note), and the checkpoints (C2SP tlog-checkpoint) that they carry.
import { Fault, HASH_SIZE, concat, decodeText, encodeText, equal, fromBase64, fromDecimal, must, sha256, toHex } from "./bytes.js";

export const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;
const MARK = "\u2014 ";
const ED25519 = Uint8Array.of(1);
const KEY_ID = 4;
const FIELD = 2n ** 255n - 19n;
const Y8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
const LOW_ORDER = [0n, 1n, FIELD - 1n, Y8, FIELD - Y8];

/** Whether this browser can check Ed25519 signatures. */
export async function knowsEd25519() {
  try {
    await importKey(Uint8Array.from({ length: HASH_SIZE }, (_, at) => (at === 0 ? 9 : 0)));
    return true;
  } catch {
    return false;
  }
}

/** The verifier keys in a text, one or more with space between: `name+id+base64(01 || public key)`. */
export async function parseKeys(text) {
  const keys = await Promise.all(text.trim().split(/\s+/).map(parseKey));
  for (const [at, key] of keys.entries()) {
    const twin = keys.slice(0, at).find((other) => other.name === key.name && equal(other.id, key.id));
    must(!twin || equal(twin.bytes, key.bytes), "two keys have one name and one id");
  }
  return keys;
}

/** The verifier key whose text is exactly this. */
export async function parseKey(text) {
  const [, name, id, coded] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? [];
  must(coded !== undefined, "a verifier key is written name+id+base64");
  const data = fromBase64(coded);
  must(data.length === 1 + HASH_SIZE && data[0] === ED25519[0], "this is not an Ed25519 key");
  checkName(name);
  const bytes = data.slice(1);
  checkPoint(bytes);
  const computed = (await sha256(encodeText(`${name}\n`), data)).slice(0, KEY_ID);
  must(toHex(computed) === id, "the key's id does not belong to its name and key");
  return { name, id: computed, bytes, text };
}

/** Under a key of low order one signature holds for many texts, so nobody could be held to one. */
function checkPoint(bytes) {
  const y = BigInt(`0x${toHex(bytes.slice().reverse())}`) & (2n ** 255n - 1n);
  must(y < FIELD && !LOW_ORDER.includes(y), "this Ed25519 key binds its owner to nothing");
}

/** The text and the signatures of the note whose bytes are exactly these; none of it is believed yet. */
export function parseNote(bytes) {
  must(bytes.length <= MAX_NOTE, `a note of more than ${MAX_NOTE} bytes is not read`);
  const whole = decodeText(bytes);
  must(whole.endsWith("\n"), "a note ends in a newline");
  must(!/[\0-\t\v-\x1f]/.test(whole), "a note has no control characters but newline");
  const end = whole.lastIndexOf("\n\n");
  must(end >= 0 && end + 2 < whole.length, "there are no signatures after an empty line");
  const lines = whole.slice(end + 2, -1).split("\n");
  must(lines.length <= MAX_SIGNATURES, `a note of more than ${MAX_SIGNATURES} signatures is not read`);
  return { text: whole.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const parts = line.slice(MARK.length).split(" ");
  must(line.startsWith(MARK) && parts.length === 2, "this is not a signature line");
  const data = fromBase64(parts[1]);
  checkName(parts[0]);
  must(data.length > KEY_ID, "a signature is a key id of 4 bytes and something signed");
  return { name: parts[0], id: data.slice(0, KEY_ID), bytes: data.slice(KEY_ID) };
}

/** The known keys that have signed a note, at least one: each signature by a known key holds, others are passed over. */
export async function signersOf(note, keys) {
  const signers = new Set();
  for (const signature of note.signatures) {
    const key = keys.find((one) => one.name === signature.name && equal(one.id, signature.id));
    if (!key) continue;
    const holds = await crypto.subtle.verify("Ed25519", await importKey(key.bytes), signature.bytes, encodeText(note.text));
    if (!holds) throw new Fault("differs", `the signature by ${key.name}+${toHex(key.id)} does not hold`);
    signers.add(key);
  }
  if (!signers.size) throw new Fault("key", "no known key has signed this checkpoint");
  return [...signers];
}

const importKey = (bytes) => crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);

/** Origin, size and root (32 bytes) of the checkpoint whose text is exactly this; extension lines are refused. */
export async function parseCheckpoint(text) {
  const lines = text.split("\n");
  must(lines.length === 4 && lines[3] === "", "a checkpoint is three lines");
  const [origin] = lines;
  must(isPlain(origin), "an origin is a line of its own, without control characters");
  const size = fromDecimal(lines[1]);
  const root = fromBase64(lines[2]);
  must(root.length === HASH_SIZE, "a root is 32 bytes");
  must(size > 0 || equal(root, await sha256()), "a log without entries has the root of the empty tree");
  return { origin, size, root };
}

/** The signer's name is the log's origin: so a key that is known for one log does not vouch for another. */
export function checkOrigin(checkpoint, signers) {
  const names = signers.map((key) => key.name);
  if (!names.includes(checkpoint.origin)) {
    throw new Fault("key", `this is a checkpoint of ${checkpoint.origin}, not of ${names.join(" or ")}`);
  }
}

/** The checkpoint in a note that known keys have signed. */
export async function openCheckpoint(bytes, keys) {
  const note = parseNote(bytes);
  const checkpoint = await parseCheckpoint(note.text);
  checkOrigin(checkpoint, await signersOf(note, keys));
  return checkpoint;
}

function checkName(name) {
  must(isPlain(name) && !/[+\p{White_Space}]/u.test(name), "a key's name is not empty and has no space, plus or control character");
}

const isPlain = (text) => text !== "" && !/[\0-\x1f\p{Surrogate}]/u.test(text);
