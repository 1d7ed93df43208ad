import { escapeHtml } from './markup.ts';

/** A self-contained HTML page. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${styles}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`;
}

const styles = `
:root { --ground: #fbfbf9; --card: #fff; --ink: #1d1f21; --soft: #61666c; --line: #dfe1dd; --mark: #1f6feb; --warn: #9a5b00; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14161a; --card: #1c1f24; --ink: #e8e9ea; --soft: #9aa1a9; --line: #31363d; --mark: #6ea8ff; --warn: #f0b429; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1200px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 8px 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 40px 0 12px; }
p { margin: 8px 0; max-width: 75ch; overflow-wrap: anywhere; }
.soft, figcaption { color: var(--soft); font-size: .875rem; }
figcaption, summary { overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
.card b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: 6px 10px; text-align: right; vertical-align: top; white-space: nowrap; }
th[scope=row] { text-align: left; font-weight: 600; white-space: normal; overflow-wrap: anywhere; min-width: 9em; }
td small { display: block; color: var(--soft); }
td.best { color: var(--mark); font-weight: 600; }
.finding { border-left: 3px solid var(--warn); background: var(--card); padding: 8px 14px; margin: 12px 0; }
.note { border-left: 3px solid var(--mark); background: var(--card); padding: 8px 14px; margin: 12px 0; }
.none { display: grid; place-items: center; min-height: 5em; height: 100%; border: 1px dashed var(--line); border-radius: 4px; color: var(--soft); font-size: .8rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 16px; }
figure { margin: 0; min-width: 0; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
svg .dot { fill: var(--mark); fill-opacity: .28; }
svg .mean { stroke: var(--ink); stroke-width: 2; }
svg .axis { stroke: var(--line); }
.row { display: grid; grid-template-columns: repeat(auto-fill, minmax(110px, 1fr)); gap: 8px; margin: 8px 0 20px; }
.row img, .all img { width: 100%; height: auto; display: block; border-radius: 4px; image-rendering: auto; }
.all { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); gap: 12px; }
.all figure > div { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 3px; }
summary { cursor: pointer; margin: 12px 0; }
.swatch { display: inline-block; width: .9em; height: .9em; border-radius: 3px; vertical-align: -1px; margin-right: 6px; }
`;
