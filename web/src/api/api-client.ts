import type { ProblemView } from '../../../core/contract/problem-schema.ts';
import { ProblemError, UnreachableError } from './problem-error.ts';
import { noteAnswer, noteNoAnswer } from './reachability.ts';
import { noteServerTime } from './server-clock.ts';

/** Who signs the requests. */
export interface Session {
  /** @returns undefined when nobody is signed in */
  accessToken(): Promise<string | undefined>;
  /**
   * Gets a new token after one was refused.
   * @returns undefined when the session has ended
   * @throws UnreachableError
   */
  renewedToken(): Promise<string | undefined>;
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Makes a repeated request the same one. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** The API as the signed-in person may use it. */
export interface ApiClient {
  /**
   * @returns the parsed body; undefined for an answer without one
   * @throws ProblemError for every refusal, UnreachableError when there is no answer
   */
  request<Answer>(path: string, request?: ApiRequest): Promise<Answer>;
}

export function createApiClient(session: Session): ApiClient {
  async function send(path: string, request: ApiRequest, token: string | undefined): Promise<Response> {
    const { method = 'GET', query = {}, body, idempotencyKey, signal } = request;
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
    const search = parameters.size > 0 ? `?${parameters}` : '';
    const headers = new Headers();
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
    try {
      const response = await fetch(`${path}${search}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      });
      noteAnswer();
      noteServerTime(response.headers.get('date'));
      return response;
    } catch (error) {
      if (signal?.aborted) throw error;
      noteNoAnswer();
      throw new UnreachableError('The server could not be reached', { cause: error });
    }
  }

  return {
    async request<Answer>(path: string, request: ApiRequest = {}) {
      let response = await send(path, request, await session.accessToken());
      if (response.status === 401) {
        const token = await session.renewedToken();
        if (token !== undefined) response = await send(path, request, token);
      }
      if (!response.ok) throw new ProblemError(response.status, await problemOf(response));
      const text = await response.text();
      return (text === '' ? undefined : JSON.parse(text)) as Answer;
    },
  };
}

async function problemOf(response: Response): Promise<ProblemView | undefined> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return undefined;
  try {
    return (await response.json()) as ProblemView;
  } catch {
    return undefined;
  }
}
