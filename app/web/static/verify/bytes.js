// Bytes, and the few ways in which a ledger writes them. Strict: what does not format back to itself is refused.

/** What ends a check. `kind`: "malformed" is not in its format, "differs" does not hold, "key" was signed by others,
 *  "missing" could not be had, "unsigned" has no signature yet, "broken" is a fault of this program. `why` is one
 *  English sentence; `computed` and `served` are what was compared. */
export class Fault extends Error {
  constructor(kind, why, computed = null, served = null) {
    super(why);
    Object.assign(this, { kind, computed, served });
  }
}

/** Refuses what is not in its format. */
export function must(holds, why) {
  if (!holds) throw new Fault("malformed", why);
}

/** Holds what was computed here against what was served. */
export function mustEqual(computed, served, why) {
  if (!equal(computed, served)) throw new Fault("differs", why, computed, served);
}

export const HASH_SIZE = 32;

export const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** SHA-256 of the parts one after the other, by WebCrypto. */
export const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));

export const encodeText = (text) => new TextEncoder().encode(text);

/** The text whose UTF-8 is exactly this. */
export function decodeText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault("malformed", "this is not UTF-8");
  }
}

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The bytes whose lowercase hex is exactly this. */
export function fromHex(text) {
  must(/^(?:[0-9a-f]{2})*$/.test(text), "this is not hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The bytes whose standard base64, padding included, is exactly this. */
export function fromBase64(text) {
  let decoded = null;
  try {
    decoded = atob(text);
  } catch {
    throw new Fault("malformed", "this is not base64");
  }
  must(btoa(decoded) === text, "this is not the one way to write these bytes in base64");
  return Uint8Array.from(decoded, (letter) => letter.charCodeAt(0));
}

/** The number whose decimal is exactly this. Above 2^53 - 1 this program could not count, and refuses. */
export function fromDecimal(text) {
  must(/^(?:0|[1-9][0-9]{0,15})$/.test(text), "this is not a number without leading zeros");
  must(Number.isSafeInteger(Number(text)), "this number is too large for this program");
  return Number(text);
}

/** The value whose canonical JSON is exactly this: keys sorted, no spaces, no numbers but integers below 2^53. */
export function fromJson(bytes) {
  const text = decodeText(bytes);
  let value = null;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault("malformed", "this is not JSON");
  }
  must(toJson(value) === text, "this is not canonical JSON");
  return value;
}

function toJson(value) {
  if (Array.isArray(value)) return `[${value.map(toJson).join()}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${toJson(value[name])}`).join()}}`;
  }
  must(typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value), "no such value belongs here");
  return JSON.stringify(value);
}
