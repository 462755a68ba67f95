import { openLinkRequest } from '../core/contract/download-schemas.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { openDownloadLink } from '../core/usecases/download-export.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json, notKept } from './middleware/responses.ts';
import { callerStores, clock, files, links, rollout } from './services.ts';

const env = readEnvironment('open-download-link');
const { exports: store, memberships } = callerStores(env);
const deps = { store, files: files(env), rollout: rollout(env), links: links(env), clock };

/** POST /v1/downloads: the token of an e-mailed link. */
export const handler = apiHandler(
  { workload: 'open-download-link', memberships, body: openLinkRequest },
  async ({ caller, body }) => {
    const { download, ...about } = await openDownloadLink(deps, caller, body);
    return json(201, { ...download, ...about }, notKept);
  },
);
