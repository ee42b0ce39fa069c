import type { DType } from '@cenote/backend';
import type { Shape } from '@cenote/shape';

/** A tensor that was garbage-collected without having been disposed of. */
export interface Leak {
  readonly shape: Shape;
  readonly dtype: DType;
  /** The stack of its creation. */
  readonly stack: string;
}

let report: ((leak: Leak) => void) | null = null;

const watched = new FinalizationRegistry<Leak>((leak) => report?.(leak));

/**
 * Has tensors reported that were forgotten: garbage-collected without `dispose()`, `using` or `scope`. For development:
 * each creation then records a stack, which is slow. Memory is freed either way.
 *
 * @param listener Called for each of them, some time after; null switches it off.
 *
 * @example
 * ```ts no-run
 * onLeak(({ shape, stack }) => console.warn(`forgotten tensor ${shape}`, stack));
 * ```
 */
export function onLeak(listener: ((leak: Leak) => void) | null): void {
  report = listener;
}

/** @internal Watches a tensor when somebody listens. */
export function trackLeak(tensor: { readonly shape: Shape; readonly dtype: DType }): void {
  if (!report) return;
  watched.register(
    tensor,
    { shape: tensor.shape, dtype: tensor.dtype, stack: new Error('created here').stack ?? '' },
    tensor,
  );
}

/** @internal Stops watching a tensor that was disposed of in good order. */
export function untrackLeak(tensor: object): void {
  if (report) watched.unregister(tensor);
}
