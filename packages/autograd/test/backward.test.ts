import { arange, isGradEnabled, mean, mul, noGrad, ones, scope, type Tensor, tensor } from '@cenote/tensor';
import { describe, expect, it } from 'vitest';
import { grad } from '../src/index.js';
import { device } from './device.js';

describe('backward', () => {
  it('collects gradients in the leaves, and adds to what is there', () => {
    const x = tensor([2, 3], { requiresGrad: true });
    x.square().sum().backward();
    expect(x.grad?.toArraySync()).toEqual([4, 6]);
    x.square().sum().backward();
    expect(x.grad?.toArraySync()).toEqual([8, 12]);
    x.grad = null;
    expect(x.grad).toBe(null);
  });

  it('sums over all uses of a tensor', () => {
    const x = tensor(3, { requiresGrad: true });
    const y = x.mul(x).add(x);
    y.add(y).backward();
    expect(x.grad?.itemSync()).toBe(14);
  });

  it('takes the gradient with respect to a tensor of any shape', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    x.mul(3).backward(tensor([1, 10]));
    expect(x.grad?.toArraySync()).toEqual([3, 30]);
  });

  it('goes through deep graphs', () => {
    const x = tensor(1, { requiresGrad: true });
    scope(() => {
      let y = x.add(0);
      for (let depth = 0; depth < 20_000; depth++) y = y.add(0);
      y.backward();
    });
    expect(x.grad?.itemSync()).toBe(1);
  });

  it('stops at detach, noGrad and tensors that want none', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    expect(x.detach().requiresGrad).toBe(false);
    expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false);
    expect(isGradEnabled()).toBe(true);
    expect(x.gt(1).requiresGrad).toBe(false);
    const weight = ones([2]);
    x.mul(weight).sum().backward();
    expect(weight.grad).toBe(null);
    expect(x.mul(2).isLeaf).toBe(false);
  });

  it('leaves what the graph saved alone when a leaf is assigned to', () => {
    const x = tensor([3], { requiresGrad: true });
    const y = x.square().sum();
    x.assign(tensor([100]));
    y.backward();
    expect(x.grad?.toArraySync()).toEqual([6]);
    expect(x.toArraySync()).toEqual([100]);
  });

  it('keeps the graph when asked to', () => {
    const x = tensor([3], { requiresGrad: true });
    const y = x.square().sum();
    y.backward(undefined, { retainGraph: true });
    y.backward();
    expect(x.grad?.toArraySync()).toEqual([12]);
    expect(() => y.backward()).toThrow('backward: the graph was freed by an earlier pass.');
  });

  it('frees the graph of a loss that is thrown away without it', () => {
    const before = device.liveBuffers;
    const x = ones([100], { requiresGrad: true });
    const y = scope(() => mean(x.sigmoid().mul(x).exp()));
    expect(device.liveBuffers - before).toBeGreaterThan(2);
    y.dispose();
    expect(device.liveBuffers - before).toBe(1);
    x.dispose();
    expect(device.liveBuffers).toBe(before);
  });

  it('disposes of a leaf together with its gradient', () => {
    const before = device.liveBuffers;
    const x = ones([3], { requiresGrad: true });
    scope(() => x.square().sum().backward());
    expect(device.liveBuffers - before).toBe(2);
    x.dispose();
    expect(device.liveBuffers).toBe(before);
  });

  it.each([
    [
      () => ones([2]).backward(),
      'backward: nothing was recorded for this tensor. Got a tensor of shape [2] with requiresGrad = false;',
    ],
    [
      () => ones([2], { requiresGrad: true }).mul(2).backward(),
      'backward: only of one number can a gradient be taken without saying which.',
    ],
    [
      () =>
        ones([2], { requiresGrad: true })
          .mul(2)
          .backward(ones([3])),
      'backward: the gradient does not fit the tensor. Got f32 [3]; expected f32 [2].',
    ],
    [
      () => tensor([1], { dtype: 'i32', requiresGrad: true }),
      'requiresGrad: only floating-point tensors have gradients. Got i32; expected f32 or f64.',
    ],
    [
      () => {
        ones([1], { requiresGrad: true }).mul(2).requiresGrad = false;
      },
      'requiresGrad: cannot be switched off on a result of a recorded operation.',
    ],
    [
      () => {
        ones([1]).grad = ones([1]);
      },
      'grad: only a leaf with requiresGrad has a gradient.',
    ],
    [
      () =>
        ones([2], { requiresGrad: true })
          .mul(2)
          .assign(ones([2])),
      'assign: only a leaf can be assigned to.',
    ],
    [
      () => ones([2]).assign(ones([3])),
      'assign: the new values do not fit. Got f32 [3] on reference; expected f32 [2] on reference.',
    ],
  ])('says what is wrong (%#)', (run, message) => {
    expect(run).toThrow(message);
  });
});

describe('grad', () => {
  it('returns gradients of leaves and of results, and leaves grad alone', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.mul(2);
    const z = y.square().sum();
    const [dx, dy] = grad(z, [x, y]);
    expect(dx.toArraySync()).toEqual([8, 16]);
    expect(dy.toArraySync()).toEqual([4, 8]);
    expect(x.grad).toBe(null);
  });

  it('takes several outputs, with their gradients', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const [slope] = grad([x.mul(2), x.sum()], [x], { gradOutputs: [tensor([1, 1]), undefined] });
    expect(slope.toArraySync()).toEqual([3, 3]);
  });

  it('goes only where it has to', () => {
    const x = tensor([1], { requiresGrad: true });
    const other = tensor([1], { requiresGrad: true });
    grad(x.add(other).sum(), [x]);
    expect(other.grad).toBe(null);
  });

  it('differentiates to any order', () => {
    const x = tensor(2, { requiresGrad: true, dtype: 'f64' });
    let y: Tensor = mul(x.square(), x.square());
    const orders = [4 * 8, 12 * 4, 24 * 2, 24];
    for (const expected of orders) {
      [y] = grad(y, [x], { createGraph: true });
      expect(y.itemSync()).toBe(expected);
    }
  });

  it('refuses inputs that were not used, unless told to give zeros', () => {
    const x = tensor([1], { requiresGrad: true });
    const unused = arange(3);
    unused.requiresGrad = true;
    expect(() => grad(x.mul(2), [unused])).toThrow('grad: the outputs do not depend on input 0.');
    expect(grad(x.mul(2), [unused], { allowUnused: true })[0].toArraySync()).toEqual([0, 0, 0]);
    expect(() => grad(x.mul(2), [ones([2])])).toThrow('grad: nothing was recorded for this tensor.');
  });

  it('is twice the same tensor when it is asked for twice', () => {
    const x = tensor([1], { requiresGrad: true });
    const [a, b] = grad(x.mul(2), [x, x]);
    a.dispose();
    expect(b.toArraySync()).toEqual([2]);
  });
});

describe('without an engine', () => {
  it('is refused with the next step', async () => {
    const { vi } = await import('vitest');
    vi.resetModules();
    const { createDevice, ones: fresh } = await import('@cenote/tensor');
    const { referenceBackend } = await import('@cenote/backend-reference');
    const x = fresh([1], { device: createDevice(referenceBackend()) });
    expect(() => {
      x.requiresGrad = true;
    }).toThrow(
      "requiresGrad: automatic differentiation is not loaded. Got no engine; expected one. Import from 'cenote', or add import '@cenote/autograd'.",
    );
  });
});
