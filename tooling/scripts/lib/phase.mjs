import { performance } from 'node:perf_hooks';

/** @typedef {import('./run.mjs').Finished} Finished */

/** A log gets a line this often while a phase runs, so that nothing is silent for three seconds. */
const heartbeatMilliseconds = 2000;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** @param {number} start */
const elapsed = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/**
 * Runs one phase of a command with a sign of life, and one line at its end. What the phase printed is shown only when it
 * failed.
 *
 * @param {NodeJS.WriteStream} stream where the lines go
 * @param {string} title what is being done, for example "install packages"
 * @param {() => Promise<Finished>} work
 * @returns {Promise<boolean>} whether the phase succeeded, that is, ended with exit code 0
 */
export async function phase(stream, title, work) {
  const start = performance.now();
  const stopHeartbeat = heartbeat(stream, title, start);
  /** @type {Finished} */
  let finished;
  try {
    finished = await work();
  } catch (error) {
    finished = { code: 1, output: error instanceof Error ? error.message : String(error) };
  }
  stopHeartbeat();
  const passed = finished.code === 0;
  stream.write(`${passed ? '✓' : '✗'} ${title} (${elapsed(start)})\n`);
  if (!passed) stream.write(`${finished.output.trimEnd()}\n`);
  return passed;
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {string} title
 * @param {number} start
 */
function heartbeat(stream, title, start) {
  if (!stream.isTTY) {
    const timer = setInterval(() => stream.write(`  ${title} … ${elapsed(start)}\n`), heartbeatMilliseconds);
    return () => clearInterval(timer);
  }
  let frame = 0;
  const draw = () => {
    stream.write(`\r\u001b[K${frames[frame % frames.length]} ${title} … ${elapsed(start)}`);
    frame++;
  };
  draw();
  const timer = setInterval(draw, 100);
  return () => {
    clearInterval(timer);
    stream.write('\r\u001b[K');
  };
}
