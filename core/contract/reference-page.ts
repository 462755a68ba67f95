import { problems } from '../domain/problem.ts';
import type { openApiDocument } from './openapi.ts';

type Document = ReturnType<typeof openApiDocument>;

/** The API's reference as one page without scripts, rendered from its OpenAPI description. */
export function referencePage(document: Document): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Waybill API</title>
<style>${style}</style>
</head>
<body>
<header><h1>Waybill API</h1><p>${text(document.info.description ?? '')}</p>
<p><a href="openapi.json">OpenAPI 3.1 description</a></p></header>
<main>
<h2>Calls</h2>
${Object.entries(document.paths ?? {})
  .flatMap(([path, item]) => calls(path, item))
  .join('\n')}
<h2>Objects</h2>
${Object.entries(document.components?.schemas ?? {})
  .map(([name, schema]) => object(name, schema))
  .join('\n')}
<h2>Problems</h2>
<table><thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead><tbody>
${Object.entries(problems)
  .map(
    ([code, { status, title }]) =>
      `<tr id="problem-${code}"><td><code>${code}</code></td><td>${status}</td><td>${text(title)}</td></tr>`,
  )
  .join('\n')}
</tbody></table>
</main>
</body>
</html>
`;
}

function calls(path: string, item: object): string[] {
  return Object.entries(item).map(([method, operation]) => {
    const responses = Object.entries((operation.responses ?? {}) as Record<string, { description?: string }>);
    return `<section id="${text(operation.operationId ?? '')}">
<h3><code><b>${method.toUpperCase()}</b> ${text(path)}</code></h3>
<p>${text(operation.summary ?? '')}.</p>
${operation.description ? `<p>${text(operation.description)}</p>` : ''}
<table><tbody>${responses
      .map(([status, { description }]) => `<tr><td>${status}</td><td>${codeSpans(text(description ?? ''))}</td></tr>`)
      .join('')}</tbody></table>
</section>`;
  });
}

function object(name: string, schema: unknown): string {
  return `<details id="${text(name)}"><summary><code>${text(name)}</code></summary>
<pre>${text(JSON.stringify(schema, null, 2))}</pre></details>`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function codeSpans(html: string): string {
  return html.replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

const style = `
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}
h3{margin:2rem 0 .25rem;font-weight:400}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}
td:first-child{white-space:nowrap}
pre{overflow:auto;padding:1rem;background:color-mix(in srgb,currentColor 6%,transparent)}
tr:target{background:color-mix(in srgb,currentColor 12%,transparent)}
`;
