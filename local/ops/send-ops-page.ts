import type { ServerResponse } from 'node:http';
import { type OpsOptions, opsView } from './ops-view.ts';
import { OPS_PAGE_POLICY, opsPage } from './page.ts';

/** Answers with the page as it is now. */
export function sendOpsPage(response: ServerResponse, options: OpsOptions): void {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': OPS_PAGE_POLICY,
    'cache-control': 'no-store',
  };
  response.writeHead(200, headers).end(opsPage(opsView(options)));
}
