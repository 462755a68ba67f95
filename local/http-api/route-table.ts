/** What a request's method and path were matched to. */
export interface RouteMatch<Route> {
  readonly route: Route;
  /** Decoded; empty when the route has no variables. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Segment {
  readonly kind: 'static' | 'variable' | 'greedy';
  readonly text: string;
}

interface ParsedRoute<Route> {
  readonly route: Route;
  /** `ANY` matches every method. */
  readonly method: string;
  readonly segments: readonly Segment[];
}

/** The more specific kind first. */
const SPECIFICITY = ['static', 'variable', 'greedy'] as const;

/**
 * The routes of an HTTP API in the order in which API Gateway prefers them: a full match, then a greedy variable, then
 * `$default`; a static segment before a variable, a named method before `ANY`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export class RouteTable<Route extends { readonly routeKey: string }> {
  readonly #routes: readonly ParsedRoute<Route>[];
  readonly #default: Route | undefined;

  /** @throws Error naming a route key that API Gateway would refuse */
  constructor(routes: readonly Route[]) {
    this.#default = routes.find(({ routeKey }) => routeKey === '$default');
    this.#routes = routes
      .filter((route) => route !== this.#default)
      .map(parseRoute)
      .sort(bySpecificity);
  }

  /**
   * @param path percent-encoded, without a query
   * @throws URIError when the path is not well encoded
   */
  match(method: string, path: string): RouteMatch<Route> | undefined {
    const segments = path.split('/').slice(1).map(decodeURIComponent);
    for (const candidate of this.#routes) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = matchSegments(candidate.segments, segments);
      if (pathParameters !== undefined) return { route: candidate.route, pathParameters };
    }
    return this.#default && { route: this.#default, pathParameters: {} };
  }
}

function parseRoute<Route extends { readonly routeKey: string }>(route: Route): ParsedRoute<Route> {
  const parts = /^([A-Z]+) \/(\S*)$/.exec(route.routeKey);
  if (parts === null) throw new Error(`Unknown form of route key: ${route.routeKey}`);
  const [, method = '', path = ''] = parts;
  const segments = path.split('/').map(parseSegment);
  const greedyAt = segments.findIndex(({ kind }) => kind === 'greedy');
  if (greedyAt !== -1 && greedyAt < segments.length - 1) {
    throw new Error(`A greedy path variable must come last: ${route.routeKey}`);
  }
  return { route, method, segments };
}

function parseSegment(text: string): Segment {
  const variable = /^\{([^{}+]+)(\+?)\}$/.exec(text);
  if (variable === null) return { kind: 'static', text };
  return { kind: variable[2] === '+' ? 'greedy' : 'variable', text: variable[1] ?? '' };
}

function bySpecificity<Route>(a: ParsedRoute<Route>, b: ParsedRoute<Route>): number {
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index];
    if (other === undefined) break;
    const difference = SPECIFICITY.indexOf(segment.kind) - SPECIFICITY.indexOf(other.kind);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function matchSegments(
  pattern: readonly Segment[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const isGreedy = pattern.at(-1)?.kind === 'greedy';
  if (isGreedy ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, { kind, text }] of pattern.entries()) {
    const value = kind === 'greedy' ? segments.slice(index).join('/') : (segments[index] ?? '');
    if (kind === 'static' ? value !== text : value === '') return undefined;
    if (kind !== 'static') parameters[text] = value;
  }
  return parameters;
}
