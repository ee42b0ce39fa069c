import { isCenoteError, type Tensor } from '@cenote/tensor';
import { expect, test } from 'vitest';
import { openSafetensors, saveSafetensors } from '../src/index.js';
import { seededIntegers, useReferenceDevice } from './support.js';

const device = useReferenceDevice();

/** One change or a few: of a bit, a byte, a digit of the header, the length; a piece cut out, doubled or cut off. */
function mutated(original: Uint8Array, seed: number): Uint8Array {
  const random = seededIntegers(seed);
  const header = 8 + Number(new DataView(original.buffer).getBigUint64(0, true));
  let bytes = [...original];
  for (let change = random(3); change >= 0; change--) {
    const at = random(random(4) === 0 ? bytes.length : Math.min(header, bytes.length));
    const kind = random(8);
    if (bytes.length === 0) return new Uint8Array(0);
    if (kind === 0) bytes[at] ^= 1 << random(8);
    else if (kind === 1) bytes[at] = random(256);
    else if (kind === 2) bytes[random(8)] = random(256);
    else if (kind === 3) bytes = bytes.slice(0, at);
    else if (kind === 4) bytes.splice(at, 1 + random(12));
    else if (kind === 5) bytes.splice(at, 0, ...bytes.slice(at, at + 1 + random(40)));
    else {
      // Digits of sizes and offsets.
      const digits = [...bytes.entries()].filter(([i, byte]) => i >= 8 && i < header && byte >= 48 && byte <= 57);
      if (digits.length > 0) bytes[digits[random(digits.length)][0]] = 48 + random(10);
    }
  }
  return Uint8Array.from(bytes);
}

test('4,000 damaged files give an error of ours or tensors that the file really has', {
  timeout: 120_000,
}, async () => {
  const { tensor, zeros } = await import('@cenote/tensor');
  const whole = await saveSafetensors(
    {
      '0.weight': tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      '0.bias': tensor([7, 8]),
      steps: tensor([9n, 10n]),
      mask: tensor([true, false, true]),
      none: zeros([0, 5]),
    },
    { metadata: { format: 'pt' } },
  );
  const before = device.liveBuffers;
  let [refused, read] = [0, 0];
  for (let seed = 0; seed < 4000; seed++) {
    const bytes = mutated(whole, seed);
    let tensors: Readonly<Record<string, Tensor>> = {};
    try {
      const file = await openSafetensors(bytes);
      tensors = await file.stateDict();
      for (const [name, x] of Object.entries(tensors)) {
        const entry = file.entries.get(name);
        if (!entry) throw new Error(`seed ${seed}: ${name} came from nowhere`);
        const stored = bytes.slice(entry.byteOffset, entry.byteOffset + entry.byteLength);
        // True is any byte but 0. Half precision is widened.
        const expected = entry.dtype === 'BOOL' ? stored.map((byte) => Math.min(1, byte)) : stored;
        if (entry.dtype === 'F16' || entry.dtype === 'BF16') continue;
        expect([...new Uint8Array(x.dataSync().buffer)], `seed ${seed}`).toEqual([...expected]);
      }
      read++;
    } catch (error) {
      if (!isCenoteError(error)) throw new Error(`seed ${seed}`, { cause: error });
      expect(['INVALID_FILE', 'INVALID_DTYPE'], error.message).toContain(error.code);
      refused++;
    } finally {
      for (const x of Object.values(tensors)) x.dispose();
    }
  }
  expect(device.liveBuffers).toBe(before);
  // The mutations are not all of one kind.
  expect(refused).toBeGreaterThan(1000);
  expect(read).toBeGreaterThan(100);
});
