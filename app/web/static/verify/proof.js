// The .tlog-proof file (C2SP tlog-proof), what opens a commitment, and what a ballot's receipt says.
import { Fault, HASH_SIZE, decodeText, encodeText, fromBase64, fromDecimal, fromHex, fromJson, must, mustEqual, sha256, toHex } from "./bytes.js";

const HEADER = "c2sp.org/tlog-proof@v1\n";
const BOX_HEADER = "isegoria/box-proof@v1\n";
const MAX_HASHES = 63;

/** Index, hashes, extra data that nobody signed, and checkpoint (a signed note) of the proof whose bytes are exactly
 *  these; none of it is believed yet. */
export function parseProof(bytes) {
  const [lines, checkpoint] = headOf(decodeText(bytes), HEADER);
  const extra = lines[0].startsWith("extra ") ? fromBase64(lines.shift().slice("extra ".length)) : null;
  must(extra?.length !== 0, "an empty extra line is left out");
  return { ...pathOf(lines), extra, checkpoint: encodeText(checkpoint) };
}

/** The same for a place in a ballot box: index and hashes up to the sealed root, and the proof of the sealing entry,
 *  which is that proof's extra data. */
export function parseBoxProof(bytes) {
  const [lines, rest] = headOf(decodeText(bytes), BOX_HEADER);
  const sealed = parseProof(encodeText(rest));
  must(sealed.extra, "the sealing entry is missing");
  return { ...pathOf(lines), sealed };
}

export const isBoxProof = (bytes) => decodeText(bytes).startsWith(BOX_HEADER);

/** The lines between a header and the first empty line, and what follows. */
function headOf(text, header) {
  must(text.startsWith(header), `such a proof begins with ${header.trim()}`);
  const rest = text.slice(header.length);
  const end = rest.indexOf("\n\n");
  must(end >= 0, "nothing follows after an empty line");
  return [rest.slice(0, end).split("\n"), rest.slice(end + 2)];
}

function pathOf([first, ...lines]) {
  must(first?.startsWith("index "), "the index is missing");
  const hashes = lines.map(fromBase64);
  must(hashes.length <= MAX_HASHES && hashes.every((hash) => hash.length === HASH_SIZE), "a proof has up to 63 hashes of 32 bytes");
  return { index: fromDecimal(first.slice("index ".length)), hashes };
}

/** SHA-256("isegoria/commit/v1" 00 field 00 salt value), the salt 32 bytes, field and value as UTF-8. */
export function commitmentOf(field, salt, value) {
  must(salt.length === HASH_SIZE, "a salt is 32 bytes");
  return sha256(encodeText(`isegoria/commit/v1\0${field}\0`), salt, encodeText(value));
}

/** The commitments in an entry, as field and hash; why a milder sanction was not enough is called by the sanction. */
export function commitmentsIn(value) {
  if (value === null || typeof value !== "object") return [];
  const inner = Object.values(value).flatMap(commitmentsIn);
  const field = value.field ?? `milder/${value.sanction}`;
  const isOne = ["field,hash", "hash,sanction"].includes(Object.keys(value).sort().join()) && /^[0-9a-f]{64}$/.test(value.hash);
  return isOne ? [{ field, hash: value.hash }, ...inner] : inner;
}

/** Holds a text and its salt against the commitment that an entry makes for this field. */
export async function checkOpening(entry, { field, salt, value }) {
  const computed = await commitmentOf(field, salt, value);
  const held = commitmentsIn(fromJson(entry)).filter((one) => one.field === field);
  if (!held.length) throw new Fault("differs", `the entry commits to nothing called ${field}`);
  const hashes = held.map((one) => fromHex(one.hash));
  const same = hashes.find((hash) => toHex(hash) === toHex(computed));
  mustEqual(computed, same ?? hashes[0], `this text and salt do not open the commitment ${field}`);
  return computed;
}

/** What a receipt says; its token is 32 bytes, its choice 0 yes, 1 no, 2 blank. */
export function parseReceipt({ vote, place, token, choice }) {
  must(/^(0|[1-9][0-9]{0,9})$/.test(choice.trim()), "a choice is a number, such as 0, 1 or 2");
  const bytes = fromHex(token.trim().toLowerCase());
  must(bytes.length === HASH_SIZE, "a token is 64 signs, 0 to 9 and a to f");
  return { vote: fromDecimal(vote.trim()), place: fromDecimal(place.trim()), token: bytes, choice: choice.trim() };
}

/** The 32 bytes that lie in a box for a ballot. */
export const ballotOf = ({ vote, token, choice }) => commitmentOf(`ballot/${vote}`, token, choice);

/** The size and the root that an entry seals the box of a vote with. */
export function parseSeal(entry, vote) {
  const { act } = fromJson(entry) ?? {};
  const seals = act?.type === "seal_box" || act?.type === "close_vote";
  if (!seals || act.vote !== vote) throw new Fault("differs", `this entry does not seal the box of vote ${vote}`);
  must(Number.isSafeInteger(act.size) && act.size >= 0 && typeof act.root === "string", "a seal is a size and a root");
  const root = fromHex(act.root);
  must(root.length === HASH_SIZE, "a root is 32 bytes");
  return { size: act.size, root };
}
