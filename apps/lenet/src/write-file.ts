import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file as a whole or not at all: to a neighbour first, which then takes its place. It is synchronous, so that
 * no signal handler runs in between.
 *
 * @throws What the file system says, when it does not let us; then no neighbour is left behind.
 */
export function writeWholeFile(path: string, content: string): void {
  const neighbour = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(neighbour, content);
    renameSync(neighbour, path);
  } catch (error) {
    rmSync(neighbour, { force: true });
    throw error;
  }
}
