import { type Query, QueryClient } from '@tanstack/react-query';
import { ProblemError } from './problem-error.ts';

/** Reads are tried again when the network or the server failed or was too busy, never when the server said no. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 1_000,
        retry: (failures, error) => failures < 3 && !isRefusal(error),
        // What was refused stays as it is on the page when somebody comes back to it.
        refetchOnWindowFocus: wasNotRefused,
        refetchOnReconnect: wasNotRefused,
        retryDelay: (failures) => Math.min(8_000, 500 * 2 ** failures),
      },
      mutations: { retry: false },
    },
  });
}

function isRefusal(error: unknown): boolean {
  return error instanceof ProblemError && error.status < 500 && error.status !== 429;
}

function wasNotRefused({ state }: Query): boolean {
  return !isRefusal(state.error);
}
