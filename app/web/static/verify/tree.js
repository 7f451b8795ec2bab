// The tree of RFC 6962, its proofs, and the tiles and bundles (C2SP tlog-tiles) that it is served in.
import { Fault, HASH_SIZE, concat, must, mustEqual, sha256 } from "./bytes.js";

const WIDTH = 256;
export const TILE_BYTES = WIDTH * HASH_SIZE;
export const MAX_BUNDLE = WIDTH * (2 + 65_535);

export const hashLeaf = (entry) => sha256(Uint8Array.of(0), entry);
export const hashChildren = (left, right) => sha256(Uint8Array.of(1), left, right);

/** The way up of an inclusion proof (RFC 9162 2.1.3.2): at each hash the side it is joined on, and what that gives. */
export async function climb(leaf, index, size, proof) {
  checkPlace(index, size);
  const steps = [];
  let [node, place, last] = [leaf, index, size - 1];
  for (const hash of proof) {
    must(hash.length === HASH_SIZE, "a hash is 32 bytes");
    if (last === 0) throw new Fault("differs", `the proof has ${proof.length} hashes, which is too many`);
    const isRight = place % 2 === 1 || place === last;
    node = isRight ? await hashChildren(hash, node) : await hashChildren(node, hash);
    steps.push({ side: isRight ? "left" : "right", hash, result: node });
    while (isRight && place % 2 === 0 && place > 0) [place, last] = [half(place), half(last)];
    [place, last] = [half(place), half(last)];
  }
  if (last !== 0) throw new Fault("differs", `the proof has ${proof.length} hashes, which is too few`);
  return steps;
}

/** Holds a leaf hash and its inclusion proof against a root. */
export async function checkInclusion(leaf, index, size, root, proof) {
  must(leaf.length === HASH_SIZE && root.length === HASH_SIZE, "a hash is 32 bytes");
  const steps = await climb(leaf, index, size, proof);
  mustEqual(steps.at(-1)?.result ?? leaf, root, `the proof for leaf ${index} of ${size} leads to another root`);
}

function checkPlace(index, size) {
  must(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0, "a place and a size are whole numbers below 2^53");
  if (index >= size) throw new Fault("differs", `a tree of ${size} leaves has no leaf ${index}`);
}

const half = (number) => Math.floor(number / 2);

/** The tile of a level that covers an entry, in a log of `size`; a partial one is less than 256 hashes wide. */
export function tileOf(level, index, size) {
  const n = Math.floor(index / WIDTH ** (level + 1));
  const width = Math.min(WIDTH, Math.floor(size / WIDTH ** level) - n * WIDTH);
  return { level, n, width, place: Math.floor(index / WIDTH ** level) % WIDTH, path: `tile/${level}/${numberPath(n, width)}` };
}

/** The bundle that holds an entry, in a log of `size`. */
export function bundleOf(index, size) {
  const { n, width, place } = tileOf(0, index, size);
  return { n, width, place, path: `tile/entries/${numberPath(n, width)}` };
}

/** The partial tiles at the right edge of a log of `size`, the lowest level first. */
export function edgeTiles(size) {
  const tiles = [];
  for (let level = 0; WIDTH ** level <= size; level += 1) {
    const all = Math.floor(size / WIDTH ** level);
    const [n, width] = [Math.floor(all / WIDTH), all % WIDTH];
    if (width) tiles.push({ level, n, width, path: `tile/${level}/${numberPath(n, width)}` });
  }
  return tiles;
}

/** N in groups of three digits, all but the last begun by x, and `.p/W` where the tile is partial. */
export function numberPath(n, width) {
  const groups = [String(n % 1000).padStart(3, "0")];
  for (let rest = Math.floor(n / 1000); rest; rest = Math.floor(rest / 1000)) groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  return groups.join("/") + (width === WIDTH ? "" : `.p/${width}`);
}

/** Hash number `at` of a tile. */
export const hashAt = (tile, at) => tile.slice(at * HASH_SIZE, (at + 1) * HASH_SIZE);

/** Refuses a tile that has not its width. */
export function checkTile(tile, bytes) {
  must(bytes.length === tile.width * HASH_SIZE, `${tile.path} has ${bytes.length} bytes instead of ${tile.width * HASH_SIZE}`);
}

/** The roots of the complete subtrees over a row of hashes, largest first. */
export async function subtrees(row) {
  const found = [];
  for (let at = 0; at < row.length; ) {
    let width = 1;
    while (at + 2 * width * HASH_SIZE <= row.length) width *= 2;
    found.push(await foldPairs(row.slice(at, at + width * HASH_SIZE)));
    at += width * HASH_SIZE;
  }
  return found;
}

async function foldPairs(row) {
  if (row.length === HASH_SIZE) return row;
  const pairs = Array.from({ length: row.length / (2 * HASH_SIZE) }, (_, at) => sha256(Uint8Array.of(1), row.slice(2 * at * HASH_SIZE, 2 * (at + 1) * HASH_SIZE)));
  return foldPairs(concat(...(await Promise.all(pairs))));
}

/** What a full tile hashes to: its hash in the tile above. */
export const tileRoot = async (row) => (await subtrees(row))[0];

/** The root over the right edge: the rows of `edgeTiles`, lowest first. */
export async function rootOf(rows) {
  const nodes = (await Promise.all(rows.slice().reverse().map(subtrees))).flat();
  let root = nodes.pop() ?? (await sha256());
  while (nodes.length) root = await hashChildren(nodes.pop(), root);
  return root;
}

/** The entries of a bundle: exactly `width` of them, each behind its length (two bytes, the high one first). */
export function decodeBundle(bytes, width) {
  const entries = [];
  let at = 0;
  while (entries.length < width) {
    must(at + 2 <= bytes.length, "the bundle is cut off");
    const end = at + 2 + bytes[at] * 256 + bytes[at + 1];
    must(end <= bytes.length, "the bundle is cut off");
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  must(at === bytes.length, "something follows the last entry of the bundle");
  return entries;
}

