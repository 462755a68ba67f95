import type { AccessRequestFacts } from '../../../../core/domain/mail/access-request-mail.ts';
import type { FailedFacts } from '../../../../core/domain/mail/failed-mail.ts';
import type { ReadyFacts } from '../../../../core/domain/mail/ready-mail.ts';

const people = {
  accountId: 'acme',
  reportTitle: 'Orders',
  requestedByName: 'Ada Lovelace',
  recipientName: 'Mel Brooks',
  note: 'For the board',
  timeZone: 'Europe/Berlin',
};

export const readyFacts: ReadyFacts = {
  ...people,
  scopeLabel: 'Spring Fair',
  fileName: 'orders-2026-11-22-0190a1b2.csv',
  bytes: 12_345_678,
  rows: 1_204_331,
  format: 'csv',
  link: 'https://reports.example.com/download/abc.def?a=1&b=2',
  linkExpiresAt: Date.parse('2026-11-29T12:51:00Z'),
  fileExpiresAt: Date.parse('2026-12-22T12:51:00Z'),
};

export const failedFacts: FailedFacts = {
  ...people,
  message: 'The query took too long.',
  narrowerFilters: false,
  retryable: true,
  startedAgain: false,
  link: 'https://reports.example.com/exports/exp_1',
  createdAt: Date.parse('2026-07-22T12:50:00Z'),
};

export const accessRequestFacts: AccessRequestFacts = {
  accountId: 'acme',
  reportTitle: 'Orders',
  requesterName: 'Val Vega',
  requesterEmail: 'val@acme.example',
  reason: 'The board asks for it',
  recipientName: 'Olga Owens',
  mayDecide: true,
  link: 'https://reports.example.com/members',
};
