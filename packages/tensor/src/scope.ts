import { CenoteError } from '@cenote/shape';

/** What a scope disposes of. */
interface Owned {
  dispose(): void;
}

const scopes: Set<Owned>[] = [];

/** @internal Puts a new tensor into the innermost scope. */
export function enterScope(owned: Owned): void {
  if (scopes.length > 0) scopes[scopes.length - 1].add(owned);
}

/** @internal Takes a tensor that is disposed of by hand out of the scopes. */
export function leaveScopes(owned: Owned): void {
  for (let depth = scopes.length - 1; depth >= 0; depth--) {
    if (scopes[depth].delete(owned)) return;
  }
}

/**
 * Lets a tensor outlive every scope that is open: it is then yours to dispose of.
 *
 * @returns The tensor itself.
 */
export function keep<T extends Owned>(tensor: T): T {
  leaveScopes(tensor);
  return tensor;
}

/**
 * Runs `body` and disposes of every tensor that was made inside, except those in what it returns: a tensor, or arrays
 * and plain objects of tensors, nested at will. Returned tensors belong to the scope around, or to the caller.
 * A tensor that {@link keep} was called on stays as well.
 *
 * @param body A synchronous function.
 * @throws `INVALID_ARGUMENT` when `body` returns a promise: tensors of an asynchronous function cannot be told from others.
 *
 * @example
 * ```ts
 * const variance = scope(() => mean(square(sub(x, mean(x))))); // three intermediates are freed
 * ```
 */
export function scope<T>(body: () => T): T {
  const owned = new Set<Owned>();
  scopes.push(owned);
  let result: T;
  try {
    result = body();
    if (result instanceof Promise) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op: 'scope',
        what: 'the body is asynchronous',
        got: 'a promise',
        expected: 'a synchronous function',
        hint: 'Await outside of the scope, or use dispose() and using',
      });
    }
  } catch (error) {
    scopes.pop();
    for (const tensor of [...owned]) tensor.dispose();
    throw error;
  }
  scopes.pop();
  release(owned, result, new Set());
  // Spread first: dispose() takes the tensor out of the set that is walked.
  for (const tensor of [...owned]) tensor.dispose();
  return result;
}

/** Moves the tensors within `value` from `owned` to the scope around it. */
function release(owned: Set<Owned>, value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (isOwned(value) && owned.delete(value)) {
    enterScope(value);
    return;
  }
  if (ArrayBuffer.isView(value)) return;
  if (Array.isArray(value)) {
    for (const item of value) release(owned, item, seen);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    for (const item of Object.values(value)) release(owned, item, seen);
  }
}

function isOwned(value: object): value is Owned {
  return 'dispose' in value && typeof value.dispose === 'function';
}
