import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Backend, Op } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { isCenoteError } from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import {
  conv2d,
  createDevice,
  keep,
  ones,
  onLeak,
  permute,
  scope,
  softmax,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.js';
import { device } from './device.js';
import { loose } from './loose.js';

describe('dispose', () => {
  it('gives the memory back, once', () => {
    const before = device.liveBytes;
    const x = zeros([1000]);
    expect(device.liveBytes - before).toBe(4000);
    x.dispose();
    x.dispose();
    expect(device.liveBytes).toBe(before);
    expect(x.isDisposed).toBe(true);
  });

  it('makes every use an error', async () => {
    const x = zeros([2, 3]);
    x.dispose();
    const message = 'the tensor was disposed of. Got a disposed tensor of shape [2, 3]; expected a live one.';
    expect(() => x.add(1)).toThrow(`add: ${message}`);
    expect(() => x.reshape([6])).toThrow(`reshape: ${message}`);
    expect(() => x.dataSync()).toThrow(`dataSync: ${message}`);
    await expect(x.data()).rejects.toThrow(`data: ${message}`);
  });

  it('happens at the end of a block with using', () => {
    const before = device.liveBuffers;
    {
      using x = zeros([3]);
      using y = x.add(1);
      expect(y.toArraySync()).toEqual([1, 1, 1]);
    }
    expect(device.liveBuffers).toBe(before);
  });
});

describe('scope', () => {
  it('frees what is not returned, however deep it is', () => {
    const before = device.liveBuffers;
    const result = scope(() => {
      const x = ones([3]);
      return { sum: x.sum(), parts: [x.add(1), { last: x.mul(2).add(1) }] as const, name: 'result' };
    });
    expect(device.liveBuffers - before).toBe(3);
    expect(result.parts[1].last.toArraySync()).toEqual([3, 3, 3]);
    result.sum.dispose();
    result.parts[0].dispose();
    result.parts[1].last.dispose();
    expect(device.liveBuffers).toBe(before);
  });

  it('hands what is returned to the scope around', () => {
    const before = device.liveBuffers;
    const outer = scope(() => {
      const inner = scope(() => ones([2]).add(1));
      expect(inner.isDisposed).toBe(false);
      return inner.sum();
    });
    expect(device.liveBuffers - before).toBe(1);
    outer.dispose();
  });

  it('leaves what was kept', () => {
    let kept: Tensor | undefined;
    scope(() => {
      kept = keep(ones([2]));
    });
    expect(kept?.toArraySync()).toEqual([1, 1]);
    kept?.dispose();
  });

  it('frees everything when the body throws', () => {
    const before = device.liveBuffers;
    expect(() =>
      scope(() => {
        ones([2]).add(1);
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(device.liveBuffers).toBe(before);
  });

  it('refuses asynchronous bodies', () => {
    expect(() => scope(async () => 1)).toThrow('scope: the body is asynchronous.');
  });
});

describe('operations', () => {
  it('leave nothing behind when they fail', () => {
    const before = device.liveBuffers;
    const x = ones([2, 2]);
    expect(() => x.to('i32').exp()).toThrow('exp');
    expect(() => x.add(loose.ones([3]))).toThrow('add');
    x.dispose();
    // Only the operands that the test itself made are left.
    expect(device.liveBuffers - before).toBeLessThanOrEqual(2);
  });

  it('make no hidden tensors', () => {
    const x = ones([2, 3]);
    const before = device.liveBuffers;
    const results = [x.mean(1), x.softmax(), x.add(1), x.div(2), x.matmul(x.transpose()), x.sum(), x.argmax()];
    // The transposed view shares memory.
    expect(device.liveBuffers - before).toBe(results.length);
    for (const result of results) result.dispose();
    x.dispose();
  });
});

describe('forgotten tensors', () => {
  it('are reported and freed', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const seen: string[] = [];
    onLeak(({ shape, stack }) => seen.push(`${shape} ${stack.includes('memory.test')}`));
    const before = device.liveBuffers;
    (() => {
      zeros([12, 34]);
    })();
    for (let round = 0; round < 50 && (seen.length === 0 || device.liveBuffers > before); round++) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    onLeak(null);
    expect(seen).toContain('12,34 true');
    expect(device.liveBuffers).toBeLessThanOrEqual(before);
  });
});

describe('many forgotten tensors', () => {
  it('are freed, in whatever order others were disposed of', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const own = createDevice(referenceBackend());
    const before = zeros([1], { device: own });
    (() => {
      const made = Array.from({ length: 1000 }, () => zeros([3], { device: own }));
      for (const [index, x] of made.entries()) if (index % 3 === 0) x.dispose();
      for (let index = 999; index > 600; index--) made[index].dispose();
    })();
    expect(own.liveBuffers).toBe(1 + 400);
    for (let round = 0; round < 50 && own.liveBuffers > 1; round++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collectGarbage();
    }
    expect(own.liveBuffers).toBe(1);
    before.dispose();
    expect(own.liveBuffers).toBe(0);
  });
});

describe('lowering', () => {
  /** The reference backend, but it declines what `declines` names. */
  function partial(declines: (op: Op, contiguous: boolean) => boolean): { backend: Backend; asked: string[] } {
    const inner = referenceBackend();
    const asked: string[] = [];
    const backend: Backend = {
      name: 'partial',
      caps: inner.caps,
      alloc: (byteLength) => inner.alloc(byteLength),
      free: (buffer) => inner.free(buffer as ReturnType<typeof inner.alloc>),
      write: (target, source, byteOffset) => inner.write(target as ReturnType<typeof inner.alloc>, source, byteOffset),
      read: (source, byteOffset, byteLength) =>
        inner.read(source as ReturnType<typeof inner.alloc>, byteOffset, byteLength),
      kernel(op, inputs, outputs) {
        const contiguous = inputs.every(({ shape, strides }) => {
          let expected = 1;
          return [...shape.keys()].reverse().every((axis) => {
            const fits = shape[axis] === 1 || strides[axis] === expected;
            expected *= shape[axis];
            return fits;
          });
        });
        asked.push(op.kind);
        return declines(op, contiguous) ? null : inner.kernel(op, inputs, outputs);
      },
      run: (kernel, inputs, outputs) => inner.run(kernel as never, inputs as never, outputs as never),
      sync: () => inner.sync(),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    };
    return { backend, asked };
  }

  it('splits off a fused bias and activation', async () => {
    const { backend, asked } = partial((op) => op.kind === 'conv' && op.epilogue !== undefined);
    const other = createDevice(backend);
    const at = { device: other };
    const x = tensor(
      [
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ],
      at,
    );
    const y = conv2d(x, tensor([[[[1]]], [[[-1]]]], at), tensor([10, 2], at), { activation: 'relu' });
    expect(await y.toArray()).toEqual([
      [
        [
          [11, 12],
          [13, 14],
        ],
        [
          [1, 0],
          [0, 0],
        ],
      ],
    ]);
    expect(asked).toEqual(expect.arrayContaining(['conv', 'binary', 'unary']));
    const live = other.liveBuffers;
    y.dispose();
    expect(other.liveBuffers).toBe(live - 1);
    expect(live).toBe(4);
  });

  it('copies views for backends that only take contiguous memory', async () => {
    const { backend } = partial((op, contiguous) => op.kind !== 'copy' && !contiguous);
    const at = { device: createDevice(backend) };
    const y = softmax(
      permute(
        tensor(
          [
            [0, 0],
            [1000, 0],
          ],
          at,
        ),
        [1, 0],
      ),
      -1,
    );
    expect(await y.toArray()).toEqual([
      [0, 1],
      [0.5, 0.5],
    ]);
  });

  it('names what is missing, where, and what to do', () => {
    const { backend } = partial((op) => op.kind === 'softmax');
    const at = { device: createDevice(backend) };
    try {
      softmax(tensor([1, 2], at));
      expect.unreachable();
    } catch (error) {
      if (!isCenoteError(error)) throw error;
      expect(error.code).toBe('UNSUPPORTED');
      expect(error.message).toMatch(
        /^softmax: the partial backend has no kernel for this\. Got dtype f32; expected .* Convert with to\(dtype\), or use another device\.$/,
      );
    }
  });
});
