/** A part of the address's query that a figure owns. */
export interface UrlState<K extends string> {
  /** What the address says, and the default where it says nothing. */
  read(): Record<K, string>;
  /**
   * Puts values into the address without a new entry in the history. What equals its default is left out, so that the
   * address of an untouched figure stays short.
   */
  write(values: Readonly<Record<K, string>>): void;
}

/** Browsers refuse to change the address more often than about a hundred times in half a minute. */
const writeDelay = 300;

/** What is still to be written, of all figures of the page. */
const pending = new Map<string, string | null>();
let isScheduled = false;

/**
 * Keeps a figure's state in the address, so that it can be shared and survives a reload.
 *
 * @param prefix set before each name, such as `pool-`; empty for the only figure of a page that has state
 * @param defaults the names, and what they are when the address does not have them
 */
export function urlState<K extends string>(prefix: string, defaults: Readonly<Record<K, string>>): UrlState<K> {
  const names = Object.keys(defaults) as K[];
  const each = (value: (name: K) => string) =>
    Object.fromEntries(names.map((name) => [name, value(name)])) as Record<K, string>;
  return {
    read() {
      const query = new URLSearchParams(location.search);
      return each((name) => query.get(prefix + name) ?? defaults[name]);
    },
    write(values) {
      for (const name of names) pending.set(prefix + name, values[name] === defaults[name] ? null : values[name]);
      if (!isScheduled) setTimeout(flush, writeDelay);
      isScheduled = true;
    },
  };
}

function flush(): void {
  isScheduled = false;
  const url = new URL(location.href);
  for (const [name, value] of pending) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  pending.clear();
  // The site's router keeps things of its own in the history's state.
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}
