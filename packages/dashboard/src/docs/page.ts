import { html, raw } from 'hono/html';
import { kinds } from '../http/problems.ts';
import type { AnyRoute } from '../http/route.ts';
import { toSchema } from './openapi.ts';

interface Field {
  type?: string | string[];
  enum?: string[];
  description?: string;
  default?: unknown;
}

/** The documentation of the API as one static page: no script, nothing from elsewhere. */
export function docsPage(routes: readonly AnyRoute[], version: string) {
  const tags = [...new Set(routes.map(({ tag }) => tag))];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API of the dashboard</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<main>
<h1>API of the dashboard <small>${version}</small></h1>
<p>JSON in, JSON out. Send <code>Authorization: Bearer &lt;token&gt;</code>; the token is in <code>&lt;home&gt;/dashboard-token</code>. Lists are paged: repeat with <code>cursor=next_cursor</code>. <code>GET</code> answers carry an <code>ETag</code>; <code>If-Match</code> on a change refuses a stale one. The same as a document: <a href="/openapi.json">openapi.json</a>.</p>
<p><code>GET /events</code> streams every change as server-sent events and resumes after <code>Last-Event-ID</code>. <code>GET /metrics</code> is for Prometheus.</p>
${tags.map((tag) => html`<section><h2>${tag}</h2>${routes.filter((route) => route.tag === tag).map(section)}</section>`)}
<section><h2>Problems</h2><p>Every error is a problem document (RFC 9457) with one of these codes.</p>
<dl>${Object.entries(kinds).map(([code, { status, title }]) => html`<dt id="problem-${code}"><code>${code}</code></dt><dd>${status}. ${title}.</dd>`)}</dl></section>
</main>
</body>
</html>`;
}

function section({ method, path, summary, params, query, body, answer, open }: AnyRoute) {
  return html`<article>
<h3><code>${method.toUpperCase()} ${path}</code></h3>
<p>${summary}.${open ? ' No token needed.' : ''}</p>
${fields('Address', params)}${fields('Query', query)}${fields('Body', body)}
<details><summary>Answer</summary><pre>${JSON.stringify(toSchema(answer, 'output'), null, 2)}</pre></details>
</article>`;
}

function fields(title: string, schema: AnyRoute['query']) {
  if (!schema) return raw('');
  const { properties = {}, required = [] } = toSchema(schema, 'input') as {
    properties?: Record<string, Field>;
    required?: string[];
  };
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      html`<tr><td><code>${name}</code>${required.includes(name) ? ' (required)' : ''}</td><td>${typeOf(field)}</td><td>${about(field)}</td></tr>`,
  );
  return html`<table><caption>${title}</caption><tbody>${rows}</tbody></table>`;
}

const typeOf = (field: Field): string => field.enum?.join(', ') ?? [field.type ?? 'any'].flat().join(' or ');

const about = ({ description = '', default: initial }: Field): string =>
  [description, initial === undefined ? '' : `default ${JSON.stringify(initial)}`].filter(Boolean).join('; ');

export const docsStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { border-bottom: 1px solid; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin-bottom: 0; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0; }
caption { text-align: left; font-weight: 600; }
td { border-top: 1px solid color-mix(in srgb, currentcolor 25%, transparent); padding: 0.25rem 0.75rem 0.25rem 0; vertical-align: top; }
pre { overflow-x: auto; font-size: 0.85rem; }
`;
