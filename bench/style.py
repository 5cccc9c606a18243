"""The look of the report's one page: a dark and a light theme from the same tokens, and room for a phone."""

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --raised: #ffffff; --ink: #1d1f24; --quiet: #5d626d; --rule: #dcdde1;
  --good: #18794e; --bad: #b4232f; --warn: #8a5a00;
  --c0: #2563c9; --c1: #c2570c; --c2: #16825d; --c3: #9135b8; --c4: #a8841a; --c5: #c02660;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15171b; --raised: #1d2026; --ink: #e7e8eb; --quiet: #a2a8b4; --rule: #343842;
    --good: #58c792; --bad: #ff8a8a; --warn: #e6b35a;
    --c0: #77a8ff; --c1: #ff9e5e; --c2: #55cfa0; --c3: #d08cf0; --c4: #dfc15c; --c5: #ff86ab;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
main { max-inline-size: 76rem; margin-inline: auto; padding: 1.5rem clamp(0.9rem, 3vw, 2.5rem) 4rem; }
h1 { margin: 0 0 0.25rem; font-size: 1.75rem; }
h2 { margin: 0 0 0.25rem; font-size: 1.25rem; }
p { margin: 0.25rem 0 0.75rem; max-inline-size: 78ch; }
.about, .note { color: var(--quiet); font-size: 0.9rem; }
.warning { border-inline-start: 0.25rem solid var(--warn); padding: 0.5rem 0.9rem; background: var(--raised); }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin-block: 1rem 0; font-size: 0.9rem; }
a { color: var(--c0); }
section { margin-block-start: 2.25rem; padding-block-start: 1.25rem; border-block-start: 1px solid var(--rule); }
.wide { overflow-x: auto; margin-block: 0.75rem; border: 1px solid var(--rule); border-radius: 0.4rem; background: var(--raised); }
table { border-collapse: collapse; inline-size: 100%; font-size: 0.9rem; }
th, td { padding: 0.35rem 0.6rem; text-align: end; white-space: nowrap; border-block-end: 1px solid var(--rule); }
tr:last-child td { border-block-end: 0; }
th { color: var(--quiet); font-weight: 600; font-size: 0.8rem; vertical-align: bottom; }
th.words, td.words { text-align: start; }
td.first, th.first { position: sticky; inset-inline-start: 0; background: var(--raised); font-weight: 600; }
.verdicts { list-style: none; margin: 0.75rem 0; padding: 0; display: grid; gap: 0.5rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); }
.verdicts li { background: var(--raised); border: 1px solid var(--rule); border-inline-start-width: 0.3rem; border-radius: 0.4rem;
  padding: 0.5rem 0.8rem; }
.verdicts .reached { border-inline-start-color: var(--good); }
.verdicts .missed { border-inline-start-color: var(--bad); }
.verdicts .not-judged { border-inline-start-color: var(--warn); }
.verdicts b { display: block; font-weight: 600; }
.verdicts span { display: block; font-size: 0.9rem; }
.verdicts .words { color: var(--quiet); font-size: 0.85rem; }
.reached .says, td.better { color: var(--good); font-weight: 600; }
.missed .says, td.worse { color: var(--bad); font-weight: 600; }
.not-judged .says { color: var(--warn); font-weight: 600; }
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); margin-block: 1rem; }
figure { margin: 0; padding: 0.75rem; border: 1px solid var(--rule); border-radius: 0.4rem; background: var(--raised); min-inline-size: 0;
  max-inline-size: 36rem; }
figcaption { font-weight: 600; font-size: 0.9rem; margin-block-end: 0.25rem; }
svg { display: block; inline-size: 100%; block-size: auto; }
svg text { fill: var(--quiet); font-size: 12px; }
svg .title { font-style: italic; }
svg .grid { stroke: var(--rule); stroke-width: 1; }
svg .axis, svg .tick { stroke: var(--quiet); stroke-width: 1; }
svg path { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
svg path.thin { stroke-width: 1; opacity: 0.65; }
svg path.dashed { stroke-dasharray: 5 3; }
svg circle { fill: currentColor; stroke: var(--raised); stroke-width: 1; }
@media (max-width: 40rem) {
  th, td { padding-inline: 0.4rem; }
  td.first.long { white-space: normal; overflow-wrap: anywhere; min-inline-size: 9.5rem; font-size: 0.8rem; }
}
.c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); }
.c3 { color: var(--c3); } .c4 { color: var(--c4); } .c5 { color: var(--c5); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; margin: 0.35rem 0 0; padding: 0; font-size: 0.8rem; }
.legend li { display: flex; align-items: center; gap: 0.4rem; }
.legend span { color: var(--ink); }
.legend i { inline-size: 1.1rem; border-block-start: 3px solid currentColor; }
.legend .dashed i { border-block-start-style: dashed; }
"""
