import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { exportIdSchema } from '../domain/export-id.ts';
import { type ProblemCode, problems } from '../domain/problem.ts';
import { waybillSchema } from '../domain/waybill.ts';
import { downloadQuery, downloadView, openedLinkView, openLinkRequest } from './download-schemas.ts';
import { estimateView } from './estimate-schemas.ts';
import {
  exportEventsView,
  exportListView,
  exportRequest,
  exportView,
  listExportsQuery,
  notificationRequest,
} from './export-schemas.ts';
import { feedbackListView, feedbackRequest, feedbackView, listFeedbackQuery } from './feedback-schemas.ts';
import { memberListView, memberRequest, memberView, meView } from './member-schemas.ts';
import { badBody, jsonOf, type Operation } from './operation.ts';
import { problemView } from './problem-schema.ts';
import {
  accessRequestBody,
  accessRequestView,
  choiceListView,
  listChoicesQuery,
  reportListView,
  reportView,
} from './report-schemas.ts';
import { type ApiRoute, type ApiWorkload, apiRoutes } from './routes.ts';
import { webhookOperations } from './webhook-operations.ts';

const queued = { 202: jsonOf('Queued. Location names the export, Retry-After when to look at it.', exportView) };
const reading = ['not_found', 'permission_revoked'] as const;
const downloading = [
  ...reading,
  'not_ready',
  'part_required',
  'file_expired',
  'downloads_disabled',
  'validation_failed',
] as const;
const managing = ['last_owner', 'members_managed_elsewhere'] as const;
const queueing = ['exports_disabled', 'permission_required', 'too_many_active_exports'] as const;

/** What any operation may come to. */
const problemsOfAll = ['internal', 'unavailable'] as const;

const operations: Readonly<Record<Exclude<ApiWorkload, 'route-not-found' | 'get-api-description'>, Operation>> = {
  'get-me': { summary: 'Who am I, and what may I do', success: { 200: jsonOf('You', meView) }, problems: [] },
  'list-members': {
    summary: 'Who belongs to your account, for its owners',
    success: { 200: jsonOf('The members, by user id', memberListView) },
    problems: ['permission_required'],
  },
  'put-member': {
    summary: 'Add a member, or change one, as an owner',
    description:
      'The user id is the sub claim of the person’s tokens. The new role counts from the next request on. An account ' +
      'keeps at least one owner.',
    body: memberRequest,
    success: { 200: jsonOf('Changed', memberView), 201: jsonOf('Added', memberView) },
    problems: ['permission_required', ...badBody, ...managing],
  },
  'delete-member': {
    summary: 'End a membership, as an owner',
    description:
      'Refused from the next request on, whatever tokens the person holds. An account keeps at least one owner.',
    success: { 204: { description: 'No member, now or before' } },
    problems: ['permission_required', 'validation_failed', ...managing],
  },
  'list-reports': {
    summary: 'Reports you may generate',
    success: { 200: jsonOf('The catalog', reportListView) },
    problems: [],
  },
  'get-report': {
    summary: 'One report, with the schema of its filters',
    success: { 200: jsonOf('The report', reportView) },
    problems: ['not_found', 'permission_required'],
  },
  'request-access': {
    summary: 'Ask for a report that your role does not allow',
    description:
      'Mails the owners and admins of your account, once in 24 hours for each report; asking again is answered alike ' +
      'and tells nobody twice.',
    body: accessRequestBody,
    success: { 202: jsonOf('Asked, now or before', accessRequestView) },
    problems: ['not_found', 'already_permitted', ...badBody],
  },
  'list-choices': {
    summary: 'The values a filter may have',
    description:
      'For the filters that the report names in choices: the account’s own events, for instance. By label; what the ' +
      'list does not hold, search finds. Exports of any other value are refused.',
    query: listChoicesQuery,
    success: { 200: jsonOf('The choices', choiceListView) },
    problems: ['not_found', 'permission_required', 'validation_failed'],
  },
  'create-export': {
    summary: 'Generate a report',
    description:
      'The filters are frozen now; the file is produced in the background. Send the same Idempotency-Key again after ' +
      'a lost answer: within 24 hours it returns the same export instead of a second one.',
    body: exportRequest,
    headers: z.object({ 'Idempotency-Key': z.string().max(255).optional() }),
    success: queued,
    problems: [...queueing, 'not_found', ...badBody, 'idempotency_conflict', 'idempotency_in_flight'],
  },
  'estimate-export': {
    summary: 'What a request would give',
    description: 'Counts the rows, shows the first ones as they would be written, and warns. Nothing is queued.',
    body: exportRequest,
    success: { 200: jsonOf('The estimate', estimateView) },
    problems: ['not_found', 'permission_required', ...badBody],
  },
  'list-exports': {
    summary: 'Your exports, or everyone’s for admins',
    description:
      'Newest first. page, sort and total work over the newest 1,000 that match (totalIsLowerBound tells when there ' +
      'are more); nextCursor goes on beyond them. Of a list longer than the page the total may be half a minute old.',
    query: listExportsQuery,
    success: { 200: jsonOf('One page', exportListView) },
    problems: ['validation_failed'],
  },
  'get-export': {
    summary: 'One export',
    description: 'Send If-None-Match with the last ETag: the answer is 304 while nothing has changed.',
    success: { 200: jsonOf('The export', exportView), 304: { description: 'Unchanged' } },
    problems: [...reading],
  },
  'delete-export': {
    summary: 'Delete an export that has ended, with its file and its request',
    success: { 204: { description: 'Deleted' } },
    problems: [...reading, 'permission_required', 'not_ready'],
  },
  'list-export-events': {
    summary: 'The timeline of an export',
    success: { 200: jsonOf('What happened, oldest first', exportEventsView) },
    problems: [...reading],
  },
  'cancel-export': {
    summary: 'Cancel an export',
    description: 'A running one is stopped within seconds; until then it may still complete.',
    success: { 202: jsonOf('Cancelled, or asked to stop', exportView) },
    problems: [...reading, 'already_terminal'],
  },
  'retry-export': {
    summary: 'Retry a failed export with the same request',
    success: queued,
    problems: [...reading, ...queueing, 'already_terminal', 'file_expired'],
  },
  'rerun-export': {
    summary: 'Run an export that has ended once more',
    success: queued,
    problems: [...reading, ...queueing, 'not_ready', 'file_expired'],
  },
  'resend-notifications': {
    summary: 'Tell people again how an export ended',
    description:
      'Everybody whose mail did not arrive, or the member with the address, who becomes a recipient. The same request ' +
      'within a minute of a mail changes nothing.',
    body: notificationRequest,
    success: { 202: jsonOf('The export; notifications tell what became of the mails', exportView) },
    problems: [...reading, 'permission_required', 'not_ready', 'file_expired', ...badBody],
  },
  'download-export': {
    summary: 'Download the file',
    description:
      'Redirects to a URL that is good for 60 seconds; follow without the token, as most clients do by themselves. Your ' +
      'permission is checked at this moment. Of an export of several files, part says which one. Pages of other origins ' +
      'cannot follow, and use download-links.',
    query: downloadQuery,
    success: { 302: { description: 'Location is the file' } },
    problems: downloading,
  },
  'create-download-link': {
    summary: 'A URL of the file',
    description:
      'Good for 60 seconds, long enough to start a download, which takes no token. Your permission is checked at this ' +
      'moment; each URL counts as one download. Of an export of several files, part says which one. A page of another ' +
      'origin can fetch it when the deployment allows that origin.',
    query: downloadQuery,
    success: { 201: jsonOf('The URL, and what to expect behind it', downloadView) },
    problems: downloading,
  },
  'open-download-link': {
    summary: 'Open the link of a mail',
    description:
      'The link only says which file is meant; whether you may have it is checked now. Answers with the first that ' +
      'applies: link_invalid, not_found, permission_required, permission_revoked, downloads_disabled, file_expired, ' +
      'link_expired, not_ready, part_required.',
    body: openLinkRequest,
    success: { 201: jsonOf('The URL, and what to expect behind it', openedLinkView) },
    problems: [
      'link_invalid',
      ...reading,
      'permission_required',
      'downloads_disabled',
      'file_expired',
      'link_expired',
      'not_ready',
      'part_required',
      ...badBody,
    ],
  },
  'send-feedback': {
    summary: 'Say what is wrong with an export that has ended',
    description:
      'The admins of the account read it in GET /v1/feedback; the timeline says its kind alone. Five times for each ' +
      'person and export.',
    body: feedbackRequest,
    success: { 201: jsonOf('Taken', feedbackView) },
    problems: [...reading, 'not_ready', 'file_expired', 'too_much_feedback', ...badBody],
  },
  'list-feedback': {
    summary: 'What was said about the account’s exports, for admins',
    description:
      'Newest first, with the counts of the last 90 days. Kept for 400 days, or until its export is deleted.',
    query: listFeedbackQuery,
    success: { 200: jsonOf('One page', feedbackListView) },
    problems: ['permission_required', 'validation_failed'],
  },
  'get-waybill': {
    summary: 'The manifest of the file',
    description:
      'What was asked, at which database snapshot, and how many rows and bytes with which SHA-256: of one file ' +
      '(schemaVersion 1), or of each of several (schemaVersion 2).',
    success: { 200: jsonOf('The waybill', waybillSchema.meta({ id: 'Waybill' })) },
    problems: [...reading, 'not_ready', 'file_expired'],
  },
  ...webhookOperations,
};

/** The OpenAPI 3.1 description, generated from the schemas that requests are checked with. */
export function openApiDocument() {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of apiRoutes) {
    if (route.workload === 'route-not-found' || route.workload === 'get-api-description') continue;
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = describe(route, operations[route.workload]);
    paths[route.path] = path;
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Waybill',
      version: '1',
      description:
        'Asynchronous data exports. Errors are application/problem+json (RFC 9457). API Gateway itself answers 401 ' +
        '{"message":"Unauthorized"} without a valid token and 413 for bodies it does not take, before Waybill is asked.',
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
    security: [{ bearer: [] }],
    paths,
  });
}

function describe(route: ApiRoute, operation: Operation): ZodOpenApiOperationObject {
  const parameters = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
  return {
    operationId: route.workload,
    summary: operation.summary,
    ...(operation.description !== undefined && { description: operation.description }),
    requestParams: {
      ...(parameters.length > 0 && {
        path: z.object(
          Object.fromEntries(parameters.map((name) => [name, name === 'exportId' ? exportIdSchema : z.string()])),
        ),
      }),
      ...(operation.query !== undefined && { query: operation.query }),
      ...(operation.headers !== undefined && { header: operation.headers }),
    },
    ...(operation.body !== undefined && {
      requestBody: { content: { 'application/json': { schema: operation.body } } },
    }),
    responses: {
      ...operation.success,
      ...problemResponses([...operation.problems, ...problemsOfAll]),
    } as ZodOpenApiResponsesObject,
  };
}

/** One response a status; its description lists the codes that answer with it. */
function problemResponses(codes: readonly ProblemCode[]): ZodOpenApiResponsesObject {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      `${status}`,
      {
        description: same.map((code) => `\`${code}\`: ${problems[code].title}`).join('. '),
        content: { 'application/problem+json': { schema: problemView } },
      },
    ]),
  ) as ZodOpenApiResponsesObject;
}
