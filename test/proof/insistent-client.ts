import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { ProblemView } from '../../core/contract/problem-schema.ts';

/** What a good client does: sends a request again, with the same key, until it is answered for good. */
export async function insist(send: () => Promise<{ status: number; body: unknown }>): Promise<ExportView> {
  for (;;) {
    const { status, body } = await send();
    const { code } = body as Partial<ProblemView>;
    if (status < 300 || code === 'already_terminal') return body as ExportView;
    if (status < 500 && status !== 429 && code !== 'idempotency_in_flight') {
      throw new Error(`refused with ${status}: ${JSON.stringify(body)}`);
    }
    await sleep(status === 429 ? 300 : 50);
  }
}
