// The Compression Streams standard, which browsers and Node share. Declared here because this entry is compiled
// without the types of either: https://compression.spec.whatwg.org/
declare const DecompressionStream: new (
  format: 'gzip',
) => {
  readonly readable: { getReader(): ChunkReader };
  readonly writable: { getWriter(): ChunkWriter };
};

interface ChunkReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
  cancel(): Promise<void>;
}

interface ChunkWriter {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const INPUT_CHUNK = 65_536;

/** Whether the bytes start as a gzip file does (RFC 1952, section 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses a gzip file piece by piece. A consumer that stops early stops the decompression: no more than a few
 * pieces are ever made ahead of it.
 *
 * @throws What the platform throws for data that are not gzip, damaged, or truncated.
 */
export async function* gunzip(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  const stream = new DecompressionStream('gzip');
  const reader = stream.readable.getReader();
  const writer = stream.writable.getWriter();
  // Damaged input fails on both sides; the reading side reports it.
  const fed = feed(writer, bytes).catch(() => {});
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value) yield value;
    }
    finished = true;
  } finally {
    // Cancelling the reading side ends the writing side too; aborting the writer first would hang in Node.
    if (!finished) await reader.cancel().catch(() => {});
    await fed;
  }
}

async function feed(writer: ChunkWriter, bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length; start += INPUT_CHUNK) {
    await writer.write(bytes.subarray(start, start + INPUT_CHUNK));
  }
  await writer.close();
}
