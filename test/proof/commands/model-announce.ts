import { inTurns } from '../../../core/domain/admission.ts';
import { DAY, HOUR } from '../../support/exports.ts';
import { ExpectedFault, type Model, type ModelExport } from './model.ts';

const MINUTE = 60_000;

/** Tells what one look at the mail of an ended export must have done. @throws ExpectedFault when its sending fails */
export function announce(model: Model, each: ModelExport): 'announced' | 'pending' {
  if (!isToBeAnnounced(model, each)) return 'announced';
  const { mail } = each;
  const status = model.statusOf(each);
  if (status !== 'ready' && status !== 'failed') return close(each, 'refused');
  if (mail !== undefined && model.now < mail.claimedUntil) return 'pending';
  if (mail !== undefined && model.now - mail.askedAt >= DAY) return close(each, 'refused');
  const tries = (mail?.tries ?? 0) + 1;
  const begun = {
    state: 'sending' as const,
    tries,
    askedAt: mail?.askedAt ?? model.now,
    claimedUntil: model.now + Math.min(MINUTE * 2 ** (tries - 1), HOUR),
    copies: mail?.copies ?? 0,
  };
  each.mail = begun;
  if (model.faults.mails) throw new ExpectedFault();
  begun.copies += 1;
  if (model.faults.mailReplies) throw new ExpectedFault();
  return close(each, 'sent');
}

/** What a pass must have done: the longest overdue first, until three have failed. */
export function announceDue(model: Model): void {
  const due = model.exports
    .filter((each) => isToBeAnnounced(model, each) && triedAt(each) <= model.now - MINUTE)
    .sort((a, b) => triedAt(a) - triedAt(b) || (a.ref.exportId < b.ref.exportId ? -1 : 1));
  let failures = 0;
  // An account after the other, as the sweeper does.
  for (const { each } of inTurns(due.map((each) => ({ accountId: each.ref.accountId, each })))) {
    if (failures === 3) return;
    try {
      announce(model, each);
    } catch (error) {
      if (!(error instanceof ExpectedFault)) throw error;
      failures += 1;
    }
  }
}

function isToBeAnnounced(model: Model, each: ModelExport): boolean {
  return model.isOver(each) && !each.announced && each.erasedAt === undefined;
}

function triedAt({ endedAt = 0, mail }: ModelExport): number {
  return Math.max(endedAt, mail === undefined ? 0 : mail.claimedUntil - MINUTE);
}

function close(each: ModelExport, state: 'sent' | 'refused'): 'announced' {
  if (each.mail?.state === 'sending') each.mail.state = state;
  each.announced = true;
  return 'announced';
}
