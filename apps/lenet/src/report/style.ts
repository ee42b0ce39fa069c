import { Html } from './html.js';

/** The style sheet of the report: light, dark and print, from 320 pixels up. */
export const style = new Html(`
:root {
  --paper: #f4f7f7; --card: #ffffff; --ink: #14282d; --quiet: #51676d; --line: #d6e0e1;
  --teal: #0a7480; --teal-rgb: 10 116 128; --orange: #b8500a; --orange-rgb: 205 96 22; --well: #0c1517;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1618; --card: #162124; --ink: #e3edee; --quiet: #9bb0b5; --line: #2b3a3e;
    --teal: #5cc8d2; --teal-rgb: 44 150 162; --orange: #f2a15f; --orange-rgb: 214 116 44; --well: #05090a;
  }
}
@media print {
  :root {
    --paper: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #ccc;
    --teal: #0a7480; --teal-rgb: 10 116 128; --orange: #b8500a; --orange-rgb: 205 96 22;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .example, .cards > li, .triples, figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: clamp(1.5rem, 4.5vw, 2.2rem); line-height: 1.2; margin: 0 0 .6em; letter-spacing: -.01em; }
h2 { font-size: 1.3rem; margin: 0 0 .3em; }
h3 { font-size: 1.02rem; margin: 0; }
p { margin: 0 0 .8em; max-width: 74ch; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px; margin: 20px 0 0; }
.quiet, figcaption, caption { color: var(--quiet); }
.bad { color: var(--orange); }
.notice { border-left: 4px solid var(--orange); padding: 8px 14px; background: var(--card); border-radius: 0 8px 8px 0; }
img { display: block; image-rendering: pixelated; background: var(--well); border-radius: 2px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 10px; margin: 0; }
.tiles > div { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 12px 16px; display: flex; flex-direction: column; justify-content: space-between; }
.tiles dt { color: var(--quiet); font-size: .84rem; }
.tiles dd { margin: 0; font-size: 1.2rem; font-weight: 600; white-space: nowrap; }
.tiles .main { border-color: var(--teal); }
.tiles .main dd { font-size: 1.9rem; line-height: 1.2; color: var(--teal); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 16px 28px; align-items: start; }
.pair.uneven { grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
figure { margin: 0; min-width: 0; }
.pair > figure > figcaption { font-weight: 600; color: var(--ink); }
.scroll { overflow-x: auto; min-width: 0; }

.chart { width: 100%; max-width: 560px; height: auto; display: block; }
.grid { stroke: var(--line); }
.axis { stroke: var(--quiet); }
.tick, .label { fill: var(--quiet); font-size: 11.5px; }
.series { fill: none; stroke-width: 2; stroke-linejoin: round; }
.series.batch { stroke: var(--teal); stroke-width: 1.1; opacity: .45; }
.series.train { stroke: var(--teal); }
.series.test { stroke: var(--orange); stroke-dasharray: 6 4; }
.dot.train { fill: var(--teal); }
.dot.test { fill: var(--card); stroke: var(--orange); stroke-width: 2; }
.legend, .key { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 0; margin: 6px 0 0; font-size: .9rem; color: var(--quiet); }
.legend li, .key li { display: flex; align-items: center; gap: 8px; }
.legend svg { width: 28px; height: 10px; }
.key { margin: 0 0 14px; }
.ramp { width: 64px; height: 10px; border-radius: 2px; flex: none; }
.ramp.grey { background: linear-gradient(90deg, #000, #fff); border: 1px solid var(--line); }
.ramp.signed { background: linear-gradient(90deg, rgb(92 190 255), #000, rgb(255 178 92)); }
details { margin-top: 12px; }
summary { cursor: pointer; color: var(--teal); }

table { border-collapse: collapse; }
caption { text-align: left; font-size: .9rem; padding-bottom: 6px; }
.numbers { width: 100%; font-size: .92rem; }
.numbers th, .numbers td { padding: 4px 8px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
.numbers thead th { color: var(--quiet); font-weight: 600; }
.numbers th[scope=row], .numbers th:first-child { text-align: left; }
.numbers tr > :first-child { padding-left: 0; }
.model td:first-child { width: 42px; }
.model thead th:nth-child(2) { text-align: left; }
.meter { display: inline-block; min-width: 78px; padding: 0 6px; border-radius: 3px; background: linear-gradient(90deg, rgb(var(--teal-rgb) / .3) calc(var(--share) * 100%), rgb(var(--teal-rgb) / .07) 0); }
.heat { table-layout: fixed; width: 100%; max-width: 500px; min-width: 300px; }
.heat td, .heat th { text-align: center; padding: 0; height: 2.5em; font-size: .88rem; border: 2px solid var(--card); }
.heat th { color: var(--quiet); font-weight: 600; }
.heat td.right { background: rgb(var(--teal-rgb) / calc(var(--depth, 0) * .55)); font-weight: 600; border-radius: 6px; }
.heat td.wrong { background: rgb(var(--orange-rgb) / calc(var(--depth, 0) * .7)); font-weight: 600; border-radius: 6px; }
.heat td.none { color: var(--quiet); opacity: .55; }

.triples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 14px 26px; margin: 0 0 20px; }
.triple { display: grid; grid-template-columns: repeat(3, 1fr); gap: 6px; max-width: 350px; }
.triple img { width: 100%; height: auto; }
.triple figcaption { font-size: .82rem; text-align: center; }

.example { border-top: 1px solid var(--line); padding: 18px 0 8px; display: grid; grid-template-columns: 190px minmax(0, 1fr); gap: 14px 26px; }
.example header p { margin: 0 0 4px; color: var(--quiet); }
.digit { width: 112px; height: 112px; flex: none; }
.example .digit { margin-bottom: 10px; }
.layers { display: grid; gap: 7px; }
.layer { display: grid; grid-template-columns: 158px minmax(0, 1fr); gap: 4px 14px; align-items: center; }
.about { font-size: .82rem; line-height: 1.3; color: var(--quiet); }
.about b { color: var(--ink); display: block; }
.about span { display: block; }
.layer.flat .about b, .layer.flat .about span { display: inline; margin-right: 4px; white-space: nowrap; }
.layer.pool .about b { color: var(--teal); }
.maps { display: grid; grid-template-columns: repeat(8, minmax(0, 68px)); gap: 5px; }
.maps img { width: 100%; height: auto; }
.maps.strip { display: block; }
.maps.strip img { max-width: calc(var(--n) * 14px); height: 18px; }
.columns { width: 160px; height: auto; display: block; overflow: visible; }
.column.other { fill: var(--quiet); }
.column.right { fill: var(--teal); }
.column.wrong { fill: var(--orange); }
.columns .tick { font-size: 11px; }
.columns .tick.right { fill: var(--teal); font-weight: 700; }
.columns .tick.wrong { fill: var(--orange); font-weight: 700; }

.cards { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 16px; }
.cards > li { display: flex; gap: 14px; align-items: flex-start; }
.cards p { margin: 0 0 4px; line-height: 1.35; }

.field { width: 34px; height: 34px; display: block; }
.field .image { fill: rgb(var(--teal-rgb) / .08); stroke: var(--line); stroke-width: .8; }
.field .seen { fill: rgb(var(--teal-rgb) / .45); stroke: var(--teal); stroke-width: .8; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 2px 28px; margin: 0 0 14px; }
.facts > div { display: grid; grid-template-columns: 100px 1fr; gap: 10px; padding: 3px 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: 0; padding: 12px 14px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; font: .88rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }

@media (max-width: 760px) {
  main { padding: 18px 12px 40px; }
  section { padding: 16px 14px; border-radius: 10px; }
  .example { grid-template-columns: minmax(0, 1fr); }
  .example header { display: flex; gap: 16px; }
  .layer { grid-template-columns: minmax(0, 1fr); margin-bottom: 5px; }
  .about b, .about span { display: inline; margin-right: 8px; }
  .tiles dd { font-size: 1.15rem; }
  .heat td, .heat th { height: 2.2em; font-size: .8rem; }
}
@media (max-width: 480px) {
  .chart .tick, .chart .label { font-size: 13px; }
}
`);
