import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { performance } from 'node:perf_hooks';

/** @typedef {{ code: number, output: string }} Finished */

/**
 * Runs a program to its end. When this process is interrupted, terminated or hung up meanwhile, the program hears of it:
 * a program that has our terminal (`inherit`) may finish its work, and its exit code is the answer; one whose output is
 * only collected ends, and so do we.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, inherit?: boolean, shell?: boolean }} options
 * @returns {Promise<Finished>} the exit code (128 + number for a signal, as shells have it) and the collected output
 */
export function run(program, args, { cwd, env = process.env, inherit = false, shell = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, shell, stdio: inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    const release = onSignal((signal) => {
      // Ctrl-C in a terminal reaches every process of its group. Sent again, it would look like a second key press, which
      // programs take for "stop at once".
      if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal);
      if (!inherit) process.exit(exitCode(signal));
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('close', (code, signal) => {
      release();
      resolve({ code: signal === null ? (code ?? 1) : exitCode(signal), output });
    });
  });
}

/** @param {NodeJS.Signals} signal */
const exitCode = (signal) => 128 + constants.signals[signal];

/**
 * Calls `handle` for each request to stop. One Ctrl-C can arrive twice, from the terminal and from npm, which hands it on:
 * what comes within half a second of the same signal is the same request.
 *
 * @param {(signal: NodeJS.Signals) => void} handle
 * @returns {() => void} ends the listening
 */
function onSignal(handle) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  /** @type {Map<NodeJS.Signals, number>} */
  const last = new Map();
  /** @param {NodeJS.Signals} signal */
  const listener = (signal) => {
    const now = performance.now();
    const repeated = now - (last.get(signal) ?? Number.NEGATIVE_INFINITY) < 500;
    last.set(signal, now);
    if (!repeated) handle(signal);
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
