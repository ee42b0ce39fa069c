import { CenoteError, isCenoteError } from '@cenote/shape';

/** Where an error that was located came from, so that a network around can say it with the longer path. */
const located = new WeakMap<CenoteError, { readonly origin: CenoteError; readonly path: string }>();

/**
 * Runs `body`, and has a {@link CenoteError} from within say in which layer of a `sequential` it happened:
 * `linear: expects 400 input features, got 256 (layer 7 of sequential). …`. The error as it was is its `cause`.
 */
export function inLayer<T>(name: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!isCenoteError(error)) throw error;
    const inner = located.get(error);
    const origin = inner?.origin ?? error;
    const path = inner ? `${name}.${inner.path}` : name;
    const { code, op, got, expected, hint } = origin;
    const what = `${origin.what} (layer ${path} of sequential)`;
    const outer = new CenoteError({ code, op, what, got, expected, hint, cause: origin });
    located.set(outer, { origin, path });
    throw outer;
  }
}
