import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classBytes, Heap, sizeClass } from '../src/heap.js';

const mebibyte = 2 ** 20;
const small = () => new Heap({ shared: false, maximumBytes: 4 * mebibyte });

describe('size classes', () => {
  test('hold what they are asked for, and waste at most an eighth beyond a kibibyte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (byteLength) => {
        const size = classBytes(sizeClass(byteLength));
        expect(size).toBeGreaterThanOrEqual(byteLength);
        if (byteLength > 1024) expect(size).toBeLessThanOrEqual(byteLength * 1.125 + 64);
        expect(size % 64).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  test('are numbered without gaps, each larger than the one before', () => {
    for (let one = 1; one < 190; one++) {
      expect(sizeClass(classBytes(one))).toBe(one);
      expect(sizeClass(classBytes(one) + 1)).toBe(one + 1);
    }
  });
});

describe('the heap', () => {
  test('gives a freed block to the next that fits', () => {
    const heap = small();
    const first = heap.allocate(5000);
    heap.free(first);
    expect(heap.allocate(4990)).toBe(first);
    expect(heap.allocate(5000)).not.toBe(first);
  });

  test('never hands out memory twice, whatever is allocated and freed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 300_000 })), { maxLength: 200 }),
        (steps) => {
          const heap = small();
          const live: { address: number; end: number }[] = [];
          for (const [free, size] of steps) {
            if (free) {
              const [block] = live.splice(size % Math.max(1, live.length), 1);
              if (block !== undefined) heap.free(block.address);
              continue;
            }
            let address: number;
            try {
              address = heap.allocate(size);
            } catch (error) {
              expect(error).toMatchObject({ code: 'OUT_OF_MEMORY' });
              continue;
            }
            const end = address + size;
            expect(address % 64).toBe(0);
            expect(address).toBeGreaterThanOrEqual(65_536);
            expect(end).toBeLessThanOrEqual(heap.byteLength);
            for (const other of live) expect(end <= other.address || address >= other.end).toBe(true);
            live.push({ address, end });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('joins small free blocks when a large one is wanted and nothing else is left', () => {
    const heap = small();
    const blocks: number[] = [];
    try {
      for (;;) blocks.push(heap.allocate(10_000));
    } catch {
      // full
    }
    expect(blocks.length).toBeGreaterThan(300);
    for (const address of blocks.slice(100)) heap.free(address);
    const large = heap.allocate(2 * mebibyte);
    expect(large).toBeGreaterThanOrEqual(blocks[99]);
    expect(heap.byteLength).toBeLessThanOrEqual(4 * mebibyte);
  });

  test('says how much there was when there is not enough, and goes on', () => {
    const heap = small();
    const kept = heap.allocate(mebibyte);
    expect(() => heap.allocate(4 * mebibyte)).toThrow(
      /^cpu backend: no memory for a buffer\. Got 4194304 bytes, with 1 blocks in use and the memory at \d+ bytes; expected at most 4194304 bytes in all/,
    );
    heap.bytes.fill(7, kept, kept + 16);
    expect(heap.allocate(mebibyte)).not.toBe(kept);
    expect(heap.bytes[kept]).toBe(7);
  });

  test('keeps views of the whole memory when it grows', () => {
    const heap = new Heap({ shared: false, maximumBytes: 64 * mebibyte });
    const first = heap.allocate(64);
    heap.bytes[first] = 42;
    const { byteLength } = heap;
    heap.allocate(40 * mebibyte);
    expect(heap.byteLength).toBeGreaterThan(byteLength);
    expect(heap.words.byteLength).toBe(heap.byteLength);
    expect(heap.bytes[first]).toBe(42);
    expect(heap.bytes.byteLength).toBe(heap.byteLength);
  });

  test('takes no notice of a block that is not in use', () => {
    const heap = small();
    const address = heap.allocate(64);
    heap.free(address);
    heap.free(address);
    expect(heap.allocate(64)).toBe(address);
    expect(heap.allocate(64)).not.toBe(address);
  });
});
