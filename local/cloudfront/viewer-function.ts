import { runInNewContext } from 'node:vm';
import * as z from 'zod';

/** A request as a CloudFront Function sees it, but for headers, cookies and query, which it gets empty. */
export interface ViewerRequest {
  readonly method: string;
  /** The path. */
  readonly uri: string;
}

/** A function that lets the request go on, to the same or another path. */
const continuedRequest = z.object({ uri: z.string().startsWith('/') });

/** Against a function that never ends; CloudFront allows a millisecond of computing, but a busy machine takes what it takes. */
const TIMEOUT_MS = 10_000;

/**
 * Loads the code of a CloudFront Function for viewer requests.
 * @returns runs it and gives the path to go on with; throws when it answers the request by itself
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function loadViewerFunction(code: string): (request: ViewerRequest) => string {
  return ({ method, uri }) => {
    const request = { method, uri, querystring: {}, headers: {}, cookies: {} };
    const event = { version: '1.0', context: { eventType: 'viewer-request' }, viewer: { ip: '127.0.0.1' }, request };
    // A context of its own each time: functions keep nothing between requests.
    const result: unknown = runInNewContext(
      `${code}\nhandler(event);`,
      { event: structuredClone(event) },
      { timeout: TIMEOUT_MS },
    );
    return continuedRequest.parse(result).uri;
  };
}
