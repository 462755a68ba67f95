import { drawChart } from './chart.ts';
import { escapeHtml, renderLinks, renderMarkdown } from './html.ts';
import { clockTime } from './number-format.ts';
import type { AlarmRow, OpsView, WidgetView } from './ops-view.ts';
import { STYLE } from './style.ts';

/** How often the page looks for something new. */
const REFRESH_MS = 5000;

/** Takes the content of the same page, fetched anew, and leaves everything else where it is. */
const SCRIPT = `
const show = (page) => {
  const fresh = new DOMParser().parseFromString(page, 'text/html').querySelector('main');
  const open = [...document.querySelectorAll('details[open]')].map(({ id }) => id);
  for (const id of open) fresh.querySelector('#' + CSS.escape(id))?.setAttribute('open', '');
  document.querySelector('main').replaceChildren(...fresh.childNodes);
  document.body.classList.remove('stale');
};
setInterval(() => {
  if (document.hidden) return;
  fetch(location.pathname).then((answer) => answer.text()).then(show, () => document.body.classList.add('stale'));
}, ${REFRESH_MS});`;

/** Only what the page brings itself. */
export const OPS_PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'";

const STATE_WORDS = { ALARM: 'In alarm', OK: 'OK', INSUFFICIENT_DATA: 'No data' } as const;

/** The dashboards and alarms of the template as one page that needs nothing else. */
export function opsPage(view: OpsView): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Waybill operations</title>
<style>${STYLE}</style>
</head>
<body>
<main>${content(view)}</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function content({ nowMs, alarms, dashboards }: OpsView): string {
  const now = new Date(nowMs).toISOString();
  const drawn = dashboards.map(
    ({ name, rows }) => `<section><h2>${escapeHtml(name)}</h2>${rows.map(drawRow).join('')}</section>`,
  );
  const none = '<p class="none">The template has no dashboard.</p>';
  return (
    `<header><h1>Waybill operations</h1><p>${now.slice(0, 10)} ${now.slice(11, 19)} UTC, by the local clock` +
    '<span class="lost"> · the local cloud does not answer</span></p></header>' +
    `${drawAlarms(alarms)}${drawn.join('') || none}`
  );
}

function drawAlarms(alarms: readonly AlarmRow[]): string {
  const firing = alarms.filter(({ state }) => state === 'ALARM').length;
  const summary = firing === 0 ? `${alarms.length}, none in alarm` : `${firing} of ${alarms.length} in alarm`;
  const list = alarms.map(drawAlarm).join('') || '<p class="none">The template has no alarm.</p>';
  return `<section><h2>Alarms <small>${summary}</small></h2><div class="alarms">${list}</div></section>`;
}

function drawAlarm(alarm: AlarmRow): string {
  const { name, state, sinceMs, condition, reason, description, actions, history } = alarm;
  const changes = history.toReversed().map(({ at, from, to, reason: why }) => {
    const change = `${STATE_WORDS[to]}, was ${STATE_WORDS[from]}`;
    return `<li><time>${clockTime(at)}</time> ${change}: ${escapeHtml(why)}</li>`;
  });
  const told = actions.length === 0 ? '' : `<p>Tells ${actions.map(escapeHtml).join(', ')}</p>`;
  return (
    `<details id="alarm-${escapeHtml(name)}"><summary>${drawState(state)}<b>${escapeHtml(name)}</b>` +
    `<span>${escapeHtml(condition)}</span><time>since ${clockTime(sinceMs)}</time></summary>` +
    `<p>${renderLinks(description)}</p><p>${escapeHtml(reason)}</p>${told}` +
    `${changes.length === 0 ? '' : `<ul>${changes.join('')}</ul>`}</details>`
  );
}

function drawState(state: AlarmRow['state']): string {
  return `<span class="state ${state.toLowerCase()}">${STATE_WORDS[state]}</span>`;
}

function drawRow(row: readonly WidgetView[]): string {
  return `<div class="row">${row.map(drawWidget).join('')}</div>`;
}

function drawWidget(widget: WidgetView): string {
  const span = `style="--span:${widget.width}"`;
  switch (widget.kind) {
    case 'text':
      return `<div class="widget text" ${span}>${renderMarkdown(widget.markdown)}</div>`;
    case 'metric':
      return `<div class="widget" ${span}><h3>${escapeHtml(widget.title)}</h3>${drawChart(widget)}</div>`;
    case 'alarms': {
      const states = widget.alarms.map(({ name, state }) => `<li>${drawState(state)} ${escapeHtml(name)}</li>`);
      return `<div class="widget" ${span}><h3>${escapeHtml(widget.title)}</h3><ul class="states">${states.join('')}</ul></div>`;
    }
  }
}
