import type { AccessRequest, AccessRequestRef } from '../domain/access-request.ts';

/** Requests for reports, one for each person and report. Every method may be repeated after a lost reply. */
export interface AccessRequestStore {
  /** Writes a request, unless one stands. @returns the one that stands */
  open(request: AccessRequest): Promise<AccessRequest>;
  /** Takes it on to tell somebody. False when they were told, or somebody else is about it. */
  beginTelling(
    ref: AccessRequestRef,
    userId: string,
    by: { readonly claim: string; readonly now: number },
  ): Promise<boolean>;
  /** Notes what came of a try. */
  noteTold(
    ref: AccessRequestRef,
    userId: string,
    outcome: { readonly claim: string; readonly state: 'told' | 'passed_over'; readonly now: number },
  ): Promise<void>;
  /** All that one person has asked for. */
  by(accountId: string, userId: string): Promise<readonly AccessRequest[]>;
  /** Removing what is not there is success. */
  remove(ref: AccessRequestRef): Promise<void>;
}
