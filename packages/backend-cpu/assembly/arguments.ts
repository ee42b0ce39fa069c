// How kernels receive their arguments. Every exported kernel has the signature
//   (block: usize, begin: i32, end: i32, scratch: usize): void
// `block` is the address of an argument block that the host wrote: 4-byte slots in the order of `Step.args`
// (src/plan.ts). The kernel computes the units of work begin ≤ unit < end and nothing else, so that threads can share a
// call. A unit may be computed twice, and must then give the same result: kernels only write what they do not read.
// `scratch` is memory of the calling thread, of `Step.scratchBytes` bytes, aligned to 64, holding garbage.

/** The integer or address in a slot. */
@inline
export function integer(block: usize, slot: i32): i32 {
  return load<i32>(block + ((<usize>slot) << 2));
}

/** The address in a slot. */
@inline
export function address(block: usize, slot: i32): usize {
  return load<usize>(block + ((<usize>slot) << 2));
}

/** The f32 in a slot. */
@inline
export function float32(block: usize, slot: i32): f32 {
  return load<f32>(block + ((<usize>slot) << 2));
}

/** The f64 in a slot and the one after it. */
@inline
export function float64(block: usize, slot: i32): f64 {
  return load<f64>(block + ((<usize>slot) << 2));
}
