/** What the page is told of its deployment, by the file the stack puts beside it. */
export interface WebConfig {
  /** The OpenID Connect issuer. */
  readonly issuer: string;
  readonly clientId: string;
  /** Scopes to ask for, separated by spaces. */
  readonly scope: string;
  /** Where people leave. @default what the issuer's own description says */
  readonly endSessionUrl?: string;
}

/** @throws Error when /config.json is missing or not JSON */
export async function loadConfig(): Promise<WebConfig> {
  const response = await fetch('/config.json', { cache: 'no-cache' });
  if (!response.ok) throw new Error(`/config.json answered ${response.status}`);
  return (await response.json()) as WebConfig;
}
