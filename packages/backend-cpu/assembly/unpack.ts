// Reads what scripts/pack.mjs compressed: bytes as they are, and copies of what came earlier, as decisions whose odds are
// learnt on the way (a range coder, after G. N. N. Martin, 1979). It runs once, before there are any other modules.

/** Where the odds of each decision are kept, after those of a byte's bits: 32 trees of 256. */
const flags = 8192;
const repeats = 8704;
const lengths = 9216;
const repeatedLengths = 10240;
const pairDistances = 11264;
const distances = 12288;

let source: usize = 0;
let range: u32 = 1;
let code: u32 = 0;
let target: usize = 0;
let distance: usize = 0;
let wasCopy: u32 = 0;

/** One decision. The odds of 0 are kept so that memory which was never written to means even ones. */
function decide(place: u32): u32 {
  while (range < 1 << 25) {
    const character = <u32>load<u8>(source++);
    range *= 91;
    code = code * 91 + character - 35 - u32(character > 92);
  }
  const odds = load<u16>(place << 1) ^ 0x4000;
  const bound = (range >>> 15) * odds;
  const bit = u32(code >= bound);
  if (bit) {
    range -= bound;
    code -= bound;
  } else range = bound;
  const speed = <u16>(4 + i32(<i32>place >= flags) + i32(<i32>place >= pairDistances));
  store<u16>(place << 1, (bit ? odds - (odds >> speed) : odds + ((0x8000 - odds) >> speed)) ^ 0x4000);
  return bit;
}

/** A number from 1 on: how many bits follow the first, then these. */
function number(base: u32): u32 {
  let bits: u32 = 0;
  while (decide(base + bits)) bits++;
  let value: u32 = 1;
  const places = base + 32 + bits * 32;
  while (bits--) value = 2 * value + decide(places + bits);
  return value;
}

/**
 * Reads from `from` on and writes from `to` on, until `end` is reached; the next call goes on from there. The bytes from 0 up to
 * 26624 hold the odds, and are zero at first, as are the two bytes before the first that is written.
 */
export function unpack(from: usize, to: usize, end: usize): void {
  if (target == 0) {
    source = from;
    target = to;
  }
  while (target < end) {
    const before = <u32>load<u8>(target - 1);
    if (decide(flags + 256 * wasCopy + before)) {
      let length: u32;
      if (decide(repeats + wasCopy)) length = number(repeatedLengths);
      else {
        length = number(lengths) + 1;
        distance = number(length == 2 ? pairDistances : distances);
      }
      wasCopy = 1;
      while (length--) {
        store<u8>(target, load<u8>(target - distance));
        target++;
      }
    } else {
      wasCopy = 0;
      let node: u32 = 1;
      const tree = ((before >> 4) + (u32((load<u8>(target - 2) & 0xfc) == 0x20) << 4)) << 8;
      while (node < 256) node = 2 * node + decide(tree + node);
      store<u8>(target++, node);
    }
  }
}
