import type { ServerResponse } from 'node:http';

/** Power over what the caller of an intercepted call gets to see. */
export interface InterceptedReply {
  /** Breaks the connection at once. */
  cut(): void;
  /**
   * Lets the call be carried out and, where its reply would go out, breaks the connection instead.
   * @param first runs before the connection breaks
   */
  withhold(first?: () => void): void;
}

export function interceptReply(response: ServerResponse): InterceptedReply {
  const cut = () => void response.socket?.destroy();
  return {
    cut,
    withhold(first = () => {}) {
      let isOver = false;
      const end = () => {
        if (!isOver) first();
        isOver = true;
        cut();
        return response;
      };
      // Services write in many ways; all of them come down to these.
      const silent = { write: () => true, writeHead: () => response, flushHeaders: () => {}, end };
      Object.assign(response, silent);
    },
  };
}
