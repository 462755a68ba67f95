import { createContext, use } from 'react';
import type { ApiClient } from './api-client.ts';

export const ApiContext = createContext<ApiClient | undefined>(undefined);

/** The API of the session this component lives in. */
export function useApi(): ApiClient {
  const api = use(ApiContext);
  if (api === undefined) throw new Error('There is no session around this component.');
  return api;
}
