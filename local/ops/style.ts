/** The page's whole look, light and dark; widgets are as wide as on the dashboard, and one below the other on a phone. */
export const STYLE = `
:root { --ground: #fff; --panel: #fff; --text: #1c2024; --quiet: #60646c; --edge: #e0e1e6; --accent: #2f5bd7;
  --bad: #c2410c; --bad-ground: #fff1e8; --good: #18794e; --good-ground: #e9f6ee; --none-ground: #f0f0f3;
  --c0: #2f5bd7; --c1: #c2570c; --c2: #18794e; --c3: #8e4ec6; --c4: #0d7490; --c5: #b42372; --c6: #7d6b10; --c7: #60646c; }
@media (prefers-color-scheme: dark) { :root { --ground: #111113; --panel: #18191b; --text: #edeef0; --quiet: #b0b4ba;
  --edge: #2e3135; --accent: #9eb1ff; --bad: #ff9a5c; --bad-ground: #3a1d0b; --good: #6fd6a0; --good-ground: #11301f;
  --none-ground: #272a2d; --c0: #8da4ff; --c1: #ffa057; --c2: #5bcf97; --c3: #d19dff; --c4: #4ccce6; --c5: #ff8dcc;
  --c6: #e2c541; --c7: #b0b4ba; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.5 system-ui, sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 1440px; margin: 0 auto; padding: 16px; }
h1 { font-size: 20px; margin: 0; } h2 { font-size: 16px; margin: 24px 0 8px; } h3 { font-size: 14px; margin: 0 0 8px; }
h4, h5, h6 { font-size: 14px; margin: 0; }
h2 small, header p, .times, .none, summary time, summary span:not(.state) { color: var(--quiet); font-weight: 400; }
header p, p { margin: 0 0 4px; overflow-wrap: anywhere; } small { font-size: 13px; } a { color: var(--accent); }
code { font-size: 13px; }
.lost { display: none; color: var(--bad); } .stale .lost { display: inline; }
.alarms { border: 1px solid var(--edge); border-radius: 8px; background: var(--panel); }
details + details { border-top: 1px solid var(--edge); } details > :not(summary) { margin-left: 12px; margin-right: 12px; }
details ul { padding-left: 20px; }
summary { display: flex; flex-wrap: wrap; gap: 0 12px; align-items: center; padding: 8px 12px; cursor: pointer; }
summary b { font-weight: 600; overflow-wrap: anywhere; min-width: 0; } summary time { margin-left: auto; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.state { border-radius: 4px; padding: 0 8px; font-size: 13px; white-space: nowrap; background: var(--none-ground); }
.state.alarm { background: var(--bad-ground); color: var(--bad); font-weight: 600; }
.state.ok { background: var(--good-ground); color: var(--good); }
.row { display: grid; grid-template-columns: repeat(24, minmax(0, 1fr)); gap: 8px; margin-bottom: 8px; }
.widget { grid-column: span var(--span); min-width: 0; container-type: inline-size; border: 1px solid var(--edge); border-radius: 8px; padding: 12px;
  background: var(--panel); }
.widget.text { border: 0; padding: 8px 0 0; background: none; } .states { list-style: none; margin: 0; padding: 0; }
@media (max-width: 900px) { .widget { grid-column: 1 / -1; } }
.plot { display: flex; gap: 8px; height: 120px; } .plot svg { flex: 1; min-width: 0; height: 100%; overflow: visible; }
.scale { position: relative; width: 48px; } .scale span { position: absolute; right: 0; transform: translateY(-50%);
  color: var(--quiet); font-size: 12px; white-space: nowrap; }
.times { display: flex; justify-content: space-between; margin: 4px 0 8px 56px; font-size: 12px; }
.grid { stroke: var(--edge); } .mark { stroke: var(--bad); stroke-dasharray: 4 4; }
.line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.area { fill: var(--c); opacity: .15; } svg * { vector-effect: non-scaling-stroke; }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
.c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); }
.legend { width: 100%; border-collapse: collapse; font-size: 13px; } .legend th { text-align: left; font-weight: 400;
  overflow-wrap: anywhere; } .legend td, .legend thead th { text-align: right; width: 64px; padding: 0 0 0 8px;
  white-space: nowrap; } .legend thead th { color: var(--quiet); font-size: 12px; } .legend thead th:first-child { width: auto; }
.legend i { display: inline-block; width: 8px; height: 8px; border-radius: 2px; margin-right: 8px; background: var(--c); }
@container (max-width: 280px) { .legend :is(th, td):nth-child(n + 3) { display: none; } .legend td { width: 40px; } }
.figures { display: flex; flex-wrap: wrap; gap: 8px 24px; margin: 0; } .figures dt { color: var(--quiet); font-size: 13px; }
.figures dd { margin: 0; font-size: 24px; font-weight: 600; }
`;
