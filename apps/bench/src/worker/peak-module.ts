/**
 * A WebAssembly module, byte by byte (https://webassembly.github.io/spec/core/binary/): one function, `peak(rounds)`,
 * that does nothing but `x = x · a + b` on twelve vectors of four f32. Twelve chains hide the latency of the two
 * instructions, and with a and b they fit into the sixteen vector registers of x86-64, so that memory has no part in it.
 */
export function peakModule(relaxed: boolean): { readonly bytes: Uint8Array<ArrayBuffer>; readonly operations: number } {
  const chains = 12;
  const repeats = 4;
  const local = { rounds: 0, factor: 1, summand: 2, firstChain: 3 };
  const chain = (index: number) => local.firstChain + index;

  const get = (index: number) => [0x20, index];
  const set = (index: number) => [0x21, index];
  const splat = (value: number) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer), ...simd(19)];
  const indices = Array.from({ length: chains }, (_, index) => index);

  const step = (index: number) => [
    ...get(chain(index)),
    ...get(local.factor),
    // relaxed_madd takes all three operands; mul takes two, and add the third.
    ...(relaxed ? [] : simd(230)),
    ...get(local.summand),
    ...(relaxed ? simd(261) : simd(228)),
    ...set(chain(index)),
  ];
  const body = [
    // Below 1, so that the numbers settle at 2: neither infinite nor subnormal, which would be slow.
    ...[...splat(0.5), ...set(local.factor), ...splat(1), ...set(local.summand)],
    ...indices.flatMap((index) => [...splat(index), ...set(chain(index))]),
    ...[0x03, 0x40], // loop
    ...Array.from({ length: repeats }, () => indices.flatMap(step)).flat(),
    ...[...get(local.rounds), 0x41, 1, 0x6b, 0x22, local.rounds, 0x0d, 0, 0x0b], // rounds − 1, br_if 0, end
    // The sum of all is returned, so that none can be left out.
    ...get(chain(0)),
    ...indices.slice(1).flatMap((index) => [...get(chain(index)), ...simd(228)]),
    ...[...simd(31), 0, 0x0b], // f32x4.extract_lane 0, end
  ];
  const locals = [1, ...unsigned(chains + 2), 0x7b];
  const code = [...locals, ...body];
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]), // (i32) → f32
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('peak'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
  return { bytes, operations: repeats * chains * 4 * 2 };
}

function simd(opcode: number): number[] {
  return [0xfd, ...unsigned(opcode)];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}
