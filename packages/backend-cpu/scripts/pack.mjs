// Compresses the modules, for assembly/unpack.ts to read: Lempel–Ziv tokens, written with an adaptive binary range coder.
// WebAssembly becomes a sixth smaller than what a web server's compression makes of it.

/**
 * A byte as it is (`distance` 0, `length` 1), or a copy of what was `distance` before.
 *
 * @typedef {{ readonly length: number, readonly distance: number }} Token
 */

/** Where the odds of each decision are kept, as in assembly/unpack.ts; those of a byte's bits come first. */
const place = {
  flag: 8192,
  repeat: 8704,
  length: 9216,
  repeatedLength: 10240,
  pairDistance: 11264,
  distance: 12288,
  end: 13312,
};
const half = 2 ** 14;

/**
 * The decisions by which a number from 1 on is written: how many bits follow the first, then these.
 *
 * @param {number} base
 * @param {number} value
 * @returns {Generator<[place: number, bit: number]>}
 */
function* numberDecisions(base, value) {
  const bits = 31 - Math.clz32(value);
  for (let count = 0; count < bits; count++) yield [base + count, 1];
  yield [base + bits, 0];
  for (let bit = bits - 1; bit >= 0; bit--) yield [base + 32 + bits * 32 + bit, (value >> bit) & 1];
}

/**
 * A byte depends on the one before, and on whether that was the number of a local.
 *
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {Generator<[place: number, bit: number]>}
 */
function* byteDecisions(bytes, at) {
  const isLocal = at > 1 && (bytes[at - 2] & 0xfc) === 0x20;
  const base = ((at === 0 ? 0 : bytes[at - 1] >> 4) + (isLocal ? 16 : 0)) * 256;
  for (let bit = 7, node = 1; bit >= 0; bit--) {
    const value = (bytes[at] >> bit) & 1;
    yield [base + node, value];
    node = 2 * node + value;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {boolean} wasCopy
 */
const flagPlace = (bytes, at, wasCopy) => place.flag + (wasCopy ? 256 : 0) + (at === 0 ? 0 : bytes[at - 1]);
/** @param {boolean} wasCopy */
const repeatPlace = (wasCopy) => place.repeat + (wasCopy ? 1 : 0);
/** @param {number} length */
const distancePlace = (length) => (length === 2 ? place.pairDistance : place.distance);

/**
 * All decisions of a sequence of tokens.
 *
 * @param {Uint8Array} bytes
 * @param {readonly Token[]} tokens
 * @returns {Generator<[place: number, bit: number]>}
 */
function* decisions(bytes, tokens) {
  let at = 0;
  let last = 0;
  let wasCopy = false;
  for (const { length, distance } of tokens) {
    const isCopy = distance > 0;
    yield [flagPlace(bytes, at, wasCopy), isCopy ? 1 : 0];
    if (!isCopy) yield* byteDecisions(bytes, at);
    else {
      yield [repeatPlace(wasCopy), distance === last ? 1 : 0];
      if (distance === last) yield* numberDecisions(place.repeatedLength, length);
      else {
        yield* numberDecisions(place.length, length - 1);
        yield* numberDecisions(distancePlace(length), distance);
      }
      last = distance;
    }
    wasCopy = isCopy;
    at += length;
  }
}

/** The odds of a 0 at a place, as they change. */
const newOdds = () => new Uint16Array(place.end).fill(half);

/**
 * Odds follow what happens, those of bytes the fastest.
 *
 * @param {Uint16Array} odds
 * @param {number} at
 * @param {number} bit
 */
function adapt(odds, at, bit) {
  const speed = at < place.flag ? 4 : at < place.pairDistance ? 5 : 6;
  odds[at] += bit === 1 ? -(odds[at] >> speed) : (2 * half - odds[at]) >> speed;
}

/**
 * For each position the nearest earlier one of each length that is equal, shortest first.
 *
 * @param {Uint8Array} bytes
 */
function findCopies(bytes) {
  /** @type {Map<number, number[]>} */
  const seen = new Map();
  return Array.from(bytes, (byte, at) => {
    /** @type {Token[]} */
    const copies = [];
    if (at + 1 === bytes.length) return copies;
    const key = byte * 256 + bytes[at + 1];
    const earlier = seen.get(key) ?? [];
    seen.set(key, earlier);
    let longest = 1;
    for (let index = earlier.length - 1; index >= 0; index--) {
      const start = earlier[index];
      if (bytes[start + longest] !== bytes[at + longest]) continue;
      let length = 2;
      while (at + length < bytes.length && bytes[start + length] === bytes[at + length]) length++;
      if (length <= longest) continue;
      copies.push({ length, distance: at - start });
      longest = length;
      if (at + length === bytes.length) break;
    }
    earlier.push(at);
    return copies;
  });
}

/**
 * A way to write everything up to a position: what it costs, its last token, the distance that a copy after it may repeat, and the
 * way that it goes on from.
 *
 * @typedef {Token & { readonly cost: number, readonly last: number, readonly before: Way | null }} Way
 */

/** How many ways are kept for each position: one that costs more may repeat a distance that is worth more. */
const mostWays = 8;

/**
 * Keeps a way to a position if it is among the cheapest, of which there is one for each distance that may be repeated.
 *
 * @param {Way[]} ways the cheapest first
 * @param {number} cost
 * @param {number} length
 * @param {number} distance
 * @param {Way} before
 */
function keepWay(ways, cost, length, distance, before) {
  if (ways.length === mostWays && ways[mostWays - 1].cost <= cost) return;
  const last = distance || before.last;
  const same = ways.findIndex((one) => one.last === last && one.distance > 0 === distance > 0);
  if (same >= 0) {
    if (ways[same].cost <= cost) return;
    ways.splice(same, 1);
  }
  let index = ways.length;
  while (index > 0 && ways[index - 1].cost > cost) index--;
  ways.splice(index, 0, { cost, length, distance, last, before });
  if (ways.length > mostWays) ways.pop();
}

/**
 * The cheapest tokens, where decisions cost what these odds say.
 *
 * @param {Uint8Array} bytes
 * @param {readonly (readonly Token[])[]} copies
 * @param {Uint16Array} odds
 */
function cheapestTokens(bytes, copies, odds) {
  /**
   * @param {number} at
   * @param {number} bit
   */
  const bitCost = (at, bit) => -Math.log2((bit === 1 ? 2 * half - odds[at] : odds[at]) / (2 * half));
  /** @param {Iterable<[place: number, bit: number]>} all */
  const costOf = (all) => {
    let sum = 0;
    for (const [at, bit] of all) sum += bitCost(at, bit);
    return sum;
  };
  /** @type {Map<number, number>} */
  const known = new Map();
  /**
   * @param {number} base
   * @param {number} value
   */
  const numberCost = (base, value) => {
    const key = value * place.end + base;
    let cost = known.get(key);
    if (cost === undefined) {
      cost = costOf(numberDecisions(base, value));
      known.set(key, cost);
    }
    return cost;
  };
  /** @type {Way[][]} */
  const ways = Array.from({ length: bytes.length + 1 }, () => []);
  ways[0].push({ cost: 0, length: 0, distance: 0, last: 0, before: null });
  for (let at = 0; at < bytes.length; at++) {
    const byteCost = costOf(byteDecisions(bytes, at));
    for (const way of ways[at]) {
      const wasCopy = way.distance > 0;
      const { last } = way;
      /**
       * @param {number} length
       * @param {number} distance
       * @param {number} price
       */
      const reach = (length, distance, price) => keepWay(ways[at + length], way.cost + price, length, distance, way);
      const flag = flagPlace(bytes, at, wasCopy);
      reach(1, 0, bitCost(flag, 0) + byteCost);
      const repeated = bitCost(flag, 1) + bitCost(repeatPlace(wasCopy), 1);
      for (let length = 1; last > 0 && bytes[at + length - 1] === bytes[at + length - 1 - last]; length++) {
        if (at + length > bytes.length) break;
        reach(length, last, repeated + numberCost(place.repeatedLength, length));
      }
      const fresh = bitCost(flag, 1) + bitCost(repeatPlace(wasCopy), 0);
      let length = 2;
      for (const copy of copies[at]) {
        for (; length <= copy.length; length++) {
          if (copy.distance === last) continue;
          const price = numberCost(place.length, length - 1) + numberCost(distancePlace(length), copy.distance);
          reach(length, copy.distance, fresh + price);
        }
      }
    }
    // What led nowhere can be forgotten.
    ways[at] = [];
  }
  /** @type {Token[]} */
  const tokens = [];
  for (let way = ways[bytes.length][0]; way.before !== null; way = way.before) tokens.push(way);
  return tokens.reverse();
}

/** Characters that no literal in double quotes has to escape, in the order of their codes: the digits. */
const digits = Array.from({ length: 92 }, (_, index) => String.fromCharCode(35 + index)).filter((one) => one !== '\\');
const base = digits.length;
/** What the first of the five digits counts that are not written yet. */
const leading = base ** 4;
/** As in assembly/unpack.ts: a narrower part takes another digit. */
const narrow = 2 ** 25;

/**
 * Writes decisions as a number between 0 and 1, of which each decision takes the part that its odds give it. The base is as large as
 * it can be: compression finds nothing in this text, but looks no further back than 32 KiB, which it should not fill.
 *
 * @param {Iterable<[place: number, bit: number]>} all
 */
function writeDecisions(all) {
  const odds = newOdds();
  /** @type {number[]} */
  const written = [];
  // The lower end of the part, of which all but the last five digits are written, and how wide it is.
  let low = 0;
  let range = leading;
  const carry = () => {
    low -= leading * base;
    let index = written.length - 1;
    while (written[index] === base - 1) written[index--] = 0;
    written[index]++;
  };
  const shift = () => {
    written.push(Math.floor(low / leading));
    low = (low % leading) * base;
  };
  for (const [at, bit] of all) {
    while (range < narrow) {
      shift();
      range *= base;
    }
    const bound = (range >>> 15) * odds[at];
    if (bit === 1) {
      low += bound;
      range -= bound;
      if (low >= leading * base) carry();
    } else range = bound;
    adapt(odds, at, bit);
  }
  for (let count = 0; count < 5; count++) shift();
  // The first of the five digits is not in use at the start.
  return Array.from(written.slice(1), (digit) => digits[digit]).join('');
}

/**
 * Compresses bytes into text. The same bytes give the same text.
 *
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function pack(bytes) {
  const copies = findCopies(bytes);
  // What is cheap depends on the odds, and these on what was chosen: a few rounds come close to the best of both.
  let tokens = cheapestTokens(bytes, copies, newOdds());
  for (let round = 0; round < 5; round++) {
    const odds = newOdds();
    for (const [at, bit] of decisions(bytes, tokens)) adapt(odds, at, bit);
    tokens = cheapestTokens(bytes, copies, odds);
  }
  return writeDecisions(decisions(bytes, tokens));
}
