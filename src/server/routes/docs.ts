import type { App } from '../studio.ts';

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: unknown;
}

/** The API as OpenAPI, and as a self-contained page. */
export function docsRoutes(app: App): void {
  app.get('/api/openapi.json', { schema: { summary: 'This API as OpenAPI' } }, async (_request, reply) =>
    reply.type('application/json').send(app.swagger()),
  );
  app.get('/api/docs', { schema: { summary: 'This API as a page' } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page(app.swagger().paths ?? {})),
  );
}

function page(paths: object): string {
  const rows = Object.entries(paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => row(method, path, operation)),
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>pix2pix studio: API</title></head>
<body>
<h1>pix2pix studio: API</h1>
<p>Errors are <code>{ "message": "Cannot …" }</code>. Schemas: <a href="/api/openapi.json">openapi.json</a>.</p>
<table>
<thead><tr><th>Request</th><th>What it does</th><th>Takes</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</body>
</html>
`;
}

function row(
  method: string,
  path: string,
  { summary = '', parameters = [], requestBody }: Operation,
): string {
  const names = parameters.filter(each => each.in === 'query').map(each => `?${each.name}`);
  const takes = [...names, ...(requestBody ? ['body'] : [])].join(', ');
  return `<tr><td><code>${method.toUpperCase()} ${escapeHtml(path)}</code></td><td>${escapeHtml(summary)}</td><td>${escapeHtml(takes)}</td></tr>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
