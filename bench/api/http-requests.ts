import http from 'node:http';
import type { HttpJob, Sender } from './jobs.ts';

interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
}

/** Sends requests over connections that stay open, as browsers do. */
export function httpRequests(job: HttpJob): Sender {
  const agent = new http.Agent({ keepAlive: true, maxSockets: job.clients });
  const etags: (string | undefined)[] = [];
  const body = job.body === undefined ? undefined : JSON.stringify(job.body);

  function ask(client: number, headers: http.OutgoingHttpHeaders): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        agent,
        method: job.method,
        headers: {
          authorization: `Bearer ${job.tokens[client]}`,
          ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
      };
      http
        .request(job.origin + job.paths[client], options, (response) => {
          response.resume().once('error', reject);
          response.once('end', () => resolve({ status: response.statusCode ?? 0, etag: response.headers.etag }));
        })
        .once('error', reject)
        .end(body);
    });
  }

  return {
    async prepare() {
      if (!job.polls) return;
      for (let client = 0; client < job.clients; client += 1) etags[client] = (await ask(client, {})).etag;
    },
    async one(client, number) {
      const etag = etags[client];
      const headers = {
        ...(etag !== undefined && { 'if-none-match': etag }),
        ...(job.method === 'POST' && { 'idempotency-key': `${process.pid}-${client}-${number}` }),
      };
      return (await ask(client, headers)).status;
    },
  };
}
