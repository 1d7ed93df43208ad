import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in front of a test's S3 server: notes what is asked, and refuses what its rule says. */
export interface Gate {
  readonly endpoint: string;
  /** Method, path and range of the requests so far. */
  readonly asked: string[];
  /** Gives the code of an error, as Amazon's S3 names it, for requests that are refused. */
  rule: (method: string, token: string | undefined) => string | null;
  close(): void;
}

export async function startGate(port: number): Promise<Gate> {
  const server = createServer((asked, answer) => {
    const { method = '', url = '', headers } = asked;
    gate.asked.push(`${method} ${url} ${headers.range ?? ''}`.trimEnd());
    const code = gate.rule(method, headers['x-amz-security-token'] as string | undefined);
    if (code !== null) {
      asked.resume();
      const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Refused</Message></Error>`;
      answer.writeHead(code === 'ExpiredToken' ? 400 : 403, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    const passed = request({ host: '127.0.0.1', port, method, path: url, headers }, from => {
      answer.writeHead(from.statusCode!, from.headers);
      from.pipe(answer);
    });
    asked.pipe(passed.on('error', () => answer.destroy()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gate: Gate = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    rule: () => null,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return gate;
}
