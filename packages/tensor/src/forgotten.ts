/** What is left of a tensor when it is gone, and how it is found among the new ones. */
export interface Remains {
  /** Position among the tensors that are not registered yet; −1 once they are. */
  slot: number;
}

/**
 * Has the remains of objects released that were forgotten: garbage-collected without having been let go of.
 *
 * To register an object with the engine costs more than a small operation, and most tensors are disposed of soon. As
 * nothing is finalised before the running job ends, new objects wait until then, and only those that are left are
 * registered. A job that goes on for long registers them by the batch.
 */
export class Forgotten<R extends Remains> {
  readonly #registry: FinalizationRegistry<R>;
  readonly #objects: (object | null)[] = [];
  readonly #remains: R[] = [];
  #flushIsDue = false;

  constructor(release: (remains: R) => void) {
    this.#registry = new FinalizationRegistry(release);
  }

  /** From now on, `remains` are released when `object` is forgotten. */
  watch(object: object, remains: R): void {
    remains.slot = this.#objects.length;
    this.#objects.push(object);
    this.#remains.push(remains);
    if (this.#objects.length >= batch) this.#flush();
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    void Promise.resolve().then(() => {
      this.#flushIsDue = false;
      this.#flush();
    });
  }

  /** Lets go of an object in good order. */
  unwatch(object: object, remains: R): void {
    if (remains.slot < 0) {
      this.#registry.unregister(object);
      return;
    }
    this.#objects[remains.slot] = null;
    while (this.#objects.length > 0 && this.#objects[this.#objects.length - 1] === null) {
      this.#objects.pop();
      this.#remains.pop();
    }
  }

  #flush(): void {
    for (let slot = 0; slot < this.#objects.length; slot++) {
      const object = this.#objects[slot];
      if (object === null) continue;
      const remains = this.#remains[slot];
      this.#registry.register(object, remains, object);
      remains.slot = -1;
    }
    this.#objects.length = 0;
    this.#remains.length = 0;
  }
}

/** How many objects wait at most. They cannot be collected meanwhile, but what they hold is only released later anyway. */
const batch = 256;
