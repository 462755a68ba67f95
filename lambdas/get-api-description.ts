import { openApiDocument } from '../core/contract/openapi.ts';
import { referencePage } from '../core/contract/reference-page.ts';
import { publicHandler } from './middleware/api-handler.ts';

const document = openApiDocument();
const description = JSON.stringify(document);
const page = referencePage(document);

/** GET /v1/openapi.json and GET /v1/docs */
export const handler = publicHandler('get-api-description', async ({ routeKey }) =>
  routeKey.endsWith('/docs')
    ? {
        statusCode: 200,
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
          'cache-control': 'public, max-age=300',
        },
        body: page,
      }
    : {
        statusCode: 200,
        headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
        body: description,
      },
);
