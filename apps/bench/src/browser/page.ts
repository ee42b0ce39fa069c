// Runs on a page: answers what the bench asks of one peer.
import type { Open } from '../adapters/adapter.js';
import type { PeerName } from '../peers.js';
import { Answering, type PlainAsk, replyWith } from '../worker/answering.js';

/** What a page is told in its program. */
export interface PageFacts {
  readonly peer: PeerName;
  readonly engine: string;
  /** Versions of the packages whose adapter this is. */
  readonly versions: Readonly<Record<string, string>>;
  /** Where files of packages are served, with a slash at its end. */
  readonly files: string;
}

/** Puts a function on the page that takes a question, and gives the reply, both as JSON. */
export function answerOnPage({ peer, engine, versions, files }: PageFacts, open: Open): void {
  const answering = new Answering(
    { [peer]: async () => ({ open }) },
    { engine, version: (name) => versions[name] ?? 'unknown', files: (name) => `${files}${name}/` },
  );
  Object.assign(globalThis, {
    answer: async (text: string) =>
      JSON.stringify(await replyWith(() => answering.answer(JSON.parse(text) as PlainAsk))),
  });
}
