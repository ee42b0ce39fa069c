import { Html } from './html.js';

/** The style sheet of the report: light, dark and print. */
export const style = new Html(`
:root {
  --paper: #f4f7f7; --card: #fff; --ink: #14282d; --quiet: #51676d; --line: #d6e0e1;
  --floor: #7b8a8f; --cenote: #0a7480; --plain: #b39c6b; --tfjs-cpu: #e8b04a; --tfjs-wasm: #d9822b;
  --ort-web: #7a5cc0; --ort-node: #a78ae0; --jax-js: #4a8fd6; --pytorch: #cf4a3c;
  --tfjs-webgpu: #d9822b; --ort-webgpu: #7a5cc0; --jax-webgpu: #4a8fd6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1618; --card: #162124; --ink: #e3edee; --quiet: #9bb0b5; --line: #2b3a3e;
    --floor: #8c9ba0; --cenote: #5cc8d2; --plain: #c4ae7d; --tfjs-cpu: #eec069; --tfjs-wasm: #e89b4d;
    --ort-web: #9d83dd; --ort-node: #c3adf0; --jax-js: #74b0ee; --pytorch: #e8766a;
    --tfjs-webgpu: #e89b4d; --ort-webgpu: #9d83dd; --jax-webgpu: #74b0ee;
  }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #ccc; --cenote: #0a7480; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  figure, tr { break-inside: avoid; }
  h2, h3, figcaption { break-after: avoid; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 860px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: clamp(1.5rem, 4.5vw, 2.2rem); line-height: 1.2; margin: 0 0 .5em; }
h2 { font-size: 1.3rem; margin: 0 0 .4em; }
h3 { font-size: 1.02rem; margin: 1.6em 0 .3em; }
p { margin: 0 0 .8em; }
.quiet, caption { color: var(--quiet); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px; margin: 20px 0 0; }
figure { margin: 0 0 28px; }
figcaption { font-weight: 600; }
figure svg { display: block; max-width: 100%; height: auto; color: var(--ink); }
.scroll { overflow-x: auto; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 0; margin: 4px 0 8px; font-size: .88rem; color: var(--quiet); }
.legend i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
table { border-collapse: collapse; font-size: .9rem; width: 100%; margin: 0 0 14px; }
caption { text-align: left; padding-bottom: 4px; }
th, td { padding: 3px 8px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { color: var(--quiet); font-weight: 600; }
th:first-child { text-align: left; padding-left: 0; font-weight: inherit; }
td.words { text-align: left; white-space: normal; }
tr.ours { color: var(--cenote); font-weight: 600; }
`);
