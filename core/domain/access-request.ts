import type { Membership } from './permissions.ts';

/** For how long a request stands: until then another one for the same report tells nobody again. 24 hours. */
export const ACCESS_REQUEST_MS = 24 * 3_600_000;

/**
 * How long one try to tell somebody keeps others from it, in milliseconds. Whoever has not noted by then what became of
 * it is taken for dead: only a mail that was handed over just before that goes out a second time.
 */
const TELLING_CLAIM_MS = 60_000;

/** One of those who are told of a request. */
export interface Told {
  readonly userId: string;
  /** `passed_over`: no mail will reach them, or they left. */
  readonly state: 'pending' | 'telling' | 'told' | 'passed_over';
  /** When they came to this state, in epoch milliseconds. */
  readonly at: number;
  /** While `telling`, whose try it is. */
  readonly claim?: string;
}

/** Whose request for which report. */
export interface AccessRequestRef {
  readonly accountId: string;
  readonly userId: string;
  readonly reportId: string;
}

/** Somebody asks for a report that their role does not allow. Times are epoch milliseconds. */
export interface AccessRequest extends AccessRequestRef {
  readonly reason?: string;
  readonly requestedAt: number;
  readonly people: readonly Told[];
}

/** Owners decide, because they change roles; admins hear of it. Whoever asks is not asked. */
export function peopleToAsk(
  members: readonly Membership[],
  { userId }: Pick<AccessRequestRef, 'userId'>,
): Membership[] {
  const asked = members.filter((member) => member.userId !== userId);
  return [...asked.filter(({ role }) => role === 'owner'), ...asked.filter(({ role }) => role === 'admin')];
}

/** Whether the request still stands. */
export function stands({ requestedAt }: AccessRequest, now: number): boolean {
  return now < requestedAt + ACCESS_REQUEST_MS;
}

/** Those whom nobody has told yet and nobody is telling: first those whom nobody has tried to tell. */
export function peopleLeft({ people }: AccessRequest, now: number): readonly Told[] {
  const lapsed = people.filter(({ state, at }) => state === 'telling' && now >= at + TELLING_CLAIM_MS);
  return [...people.filter(({ state }) => state === 'pending'), ...lapsed];
}

/**
 * Takes it on to tell one of them.
 * @returns the request as it then is; undefined when they were told, or somebody else is about it
 */
export function beginTelling(
  request: AccessRequest,
  userId: string,
  { claim, now }: { readonly claim: string; readonly now: number },
): AccessRequest | undefined {
  const begun = request.people.some((each) => each.userId === userId && each.claim === claim);
  if (begun) return request;
  if (!peopleLeft(request, now).some((each) => each.userId === userId)) return undefined;
  return withPerson(request, { userId, state: 'telling', at: now, claim });
}

/**
 * Notes what came of a try.
 * @returns the request as it then is; undefined when the try is no longer the newest
 */
export function noteTold(
  request: AccessRequest,
  userId: string,
  { claim, state, now }: { readonly claim: string; readonly state: 'told' | 'passed_over'; readonly now: number },
): AccessRequest | undefined {
  const isNewest = request.people.some((each) => each.userId === userId && each.claim === claim);
  return isNewest ? withPerson(request, { userId, state, at: now }) : undefined;
}

function withPerson(request: AccessRequest, person: Told): AccessRequest {
  return { ...request, people: request.people.map((each) => (each.userId === person.userId ? person : each)) };
}
