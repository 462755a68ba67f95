import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(port: number) {
    super(`Port ${port} is taken by another program. Stop that one, or choose another: PORT=${port + 1} npm start`);
  }
}

/** Answers a request if it is its to answer. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** A port of the local cloud: each request goes to the first listener that takes it. */
export class SharedPort {
  readonly port: number;
  readonly #server: Server;
  #listeners: readonly Listener[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  /**
   * @param port 0 for any free one
   * @throws PortTakenError
   */
  static async open(port: number): Promise<SharedPort> {
    const server = createServer({ keepAliveTimeout: 600_000 });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EADDRINUSE' ? new PortTakenError(port) : error),
      );
      server.listen(port, '127.0.0.1', resolve);
    });
    return new SharedPort(server);
  }

  /** Takes requests from now on; until then they are answered with 503. */
  serve(listeners: readonly Listener[]): void {
    this.#listeners = listeners;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      for (const listener of this.#listeners) if (await listener(request, response)) return;
      response.writeHead(this.#listeners.length === 0 ? 503 : 404).end();
    } catch (error) {
      console.error(`${request.method} ${request.url}`, error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    }
  }
}
