import type { apiRoutes } from '../core/contract/routes.ts';

/** Requests a second, and how many may come at once, of all users together. */
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

type RouteOf<Route> = Route extends {
  readonly method: infer Method extends string;
  readonly path: infer Path extends string;
}
  ? `${Method} ${Path}`
  : never;

type RouteKey = RouteOf<(typeof apiRoutes)[number]>;

/**
 * Reads: a report center polls a moving row every two seconds, so 500 a second are 1,000 people who wait.
 * The account's own quota is 10,000 a second in a region, for all its APIs; 2,500 in some of the newer regions.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const defaultThrottle: Throttle = { rateLimit: 500, burstLimit: 1000 };

/**
 * Each new export starts an execution. A region takes at least 150 new ones a second, 800 at once, of all state machines:
 * 100 + 20 + 20 = 140, and 200 + 40 + 40 = 280, leave some for others. Exports of rerun and retry are asked for by hand.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const creating: Throttle = { rateLimit: 100, burstLimit: 200 };
const creatingAgain: Throttle = { rateLimit: 20, burstLimit: 40 };

/** Each asks the database while it answers: at a second for the slowest, 20 connections and 20 more. */
const counting: Throttle = { rateLimit: 20, burstLimit: 40 };

/**
 * Each mails somebody, calls out, or is for a person to read. The rate at which SES sends is one for the whole account, and
 * finished exports need it too.
 * @see https://docs.aws.amazon.com/ses/latest/dg/quotas.html
 */
const tellingOthers: Throttle = { rateLimit: 5, burstLimit: 10 };

/** Routes that take more than a read, and so less of them. */
export const routeThrottles = {
  'POST /v1/exports': creating,
  'POST /v1/exports/{exportId}/retry': creatingAgain,
  'POST /v1/exports/{exportId}/rerun': creatingAgain,
  'POST /v1/exports/estimate': counting,
  'GET /v1/reports/{reportId}/filters/{filter}/choices': counting,
  'POST /v1/reports/{reportId}/access-requests': tellingOthers,
  'POST /v1/exports/{exportId}/feedback': tellingOthers,
  'POST /v1/exports/{exportId}/notifications': tellingOthers,
  'POST /v1/webhook-endpoints/{endpointId}/test': tellingOthers,
} as const satisfies Partial<Record<RouteKey, Throttle>>;
