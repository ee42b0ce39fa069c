/** One entry of {@link RecentRequests}. */
interface Answered<V> {
  readonly request: readonly unknown[];
  readonly answer: V;
}

/**
 * The last few requests and their answers, found by comparison: for a program that asks the same few questions over and
 * over this takes a tenth of the time of building a key to look up.
 *
 * A request is a list of primitives and of such lists. It is compared by what it holds, so that a caller may change or
 * reuse its arrays, and a value of another type is another request.
 */
export class RecentRequests<V> {
  readonly #answered: Answered<V>[] = [];
  readonly #capacity: number;
  #oldest = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The answer to an equal request, if it is among the last. */
  find(request: readonly unknown[]): V | undefined {
    for (const { request: known, answer } of this.#answered) if (sameList(known, request)) return answer;
    return undefined;
  }

  /** Adds an answer, in the place of the oldest one when there is no other. */
  add(request: readonly unknown[], answer: V): void {
    this.#answered[this.#oldest] = { request: copyOf(request), answer };
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }
}

/** From the end, because requests that differ mostly do so in their shapes, which come last. */
function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = a.length - 1; index >= 0; index--) {
    const [own, other] = [a[index], b[index]];
    if (own === other) continue;
    if (!Array.isArray(own) || !Array.isArray(other) || !sameList(own, other)) return false;
  }
  return true;
}

function copyOf(list: readonly unknown[]): readonly unknown[] {
  return list.map((item: unknown) => (Array.isArray(item) ? copyOf(item) : item));
}
