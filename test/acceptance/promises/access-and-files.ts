import type { PromiseSection } from './promise-section.ts';

/** What an account may have, and what is in its files. */
export const accessAndFiles: readonly PromiseSection[] = [
  {
    title: 'Who is allowed',
    promises: {
      'rows-of-own-account': { promise: "An account sees its own rows only, whatever a report's query says" },
      'refused-or-not-found': {
        promise: 'Who may not generate a report gets 403; who may not read an export gets 404',
      },
      'bad-tokens': { promise: 'A stale, forged or foreign token gets 401' },
      'local-access-denied': { promise: 'A removed grant is AccessDenied locally too' },
      'every-route-needs-a-token': { promise: 'Every route but the description needs a token' },
      'user-pools': {
        promise: 'People sign in with a user pool of the stack, or with an identity provider that is there already',
      },
      'key-of-files': {
        promise: 'Files have a key: writers encrypt, signers decrypt, a missing grant shows locally too',
      },
      'hidden-reports': { promise: 'A report of another permission is not in the catalog, and 403 by id' },
      'forged-links': { promise: 'A changed bit, another encoding or a key gone makes a link invalid' },
      'link-key-rotation': { promise: 'A new key ends no link; its rotation may be repeated at each step' },
      'links-are-locators': {
        promise: 'A link is a locator: live membership decides, and each problem has its answer',
      },
      'mail-scanners': { promise: 'A mail scanner that opens a link changes nothing' },
      'presigned-urls': { promise: "A presigned URL ends after a minute, serves ranges, and pins the file's name" },
      'age-of-signatures': {
        promise: 'A URL signed for a week is refused after 90 seconds, by the policy of the bucket',
      },
      'files-across-origins': {
        promise: 'A page of an origin that the stage names asks the API and reads its file; no other page may',
      },
      'token-stays-behind': { promise: 'Whoever follows the redirect of a download does not take the token along' },
      'demoted-while-running': { promise: 'A requester demoted during the run cannot download; an admin can' },
      'demoted-members': { promise: 'A downgraded or removed member is refused at once, whatever token they hold' },
      recipients: { promise: 'Recipients are members who may read the report; others are refused with a pointer' },
      'last-owner': { promise: 'An account keeps an owner, also when its owners demote each other at once' },
      'memberships-from-claims': {
        promise: 'Members can come from token claims instead of records, by stage configuration',
      },
      'sender-address': { promise: 'Mail comes from the one configured address, or the role may not send it' },
      'deleted-exports': {
        promise: 'A deleted export leaves its audit line alone: no file, request, recipient, mail or feedback',
      },
      'erased-persons': { promise: 'An erased person leaves an opaque user id; the rest is gone from the whole table' },
      'hostile-requests': {
        promise: 'Path tricks, header injection, oversized tokens and look-alike addresses are refused or harmless',
      },
      threats: { promise: 'Each threat in docs/security.md has a control and a test that exists' },
      'webhook-addresses': { promise: 'Webhooks reach public addresses alone, whatever a name resolves to' },
      'webhook-secrets': { promise: 'A webhook holds no way to the file; its secret is shown once' },
      'least-privilege': { promise: 'No role may do what no test makes it do, and none is refused anything' },
      'webhook-caller-rights': { promise: 'What calls receivers may read and write the table, and do nothing else' },
    },
  },
  {
    title: 'Which snapshot, and what is in the file',
    promises: {
      'million-rows': {
        promise: "A million rows arrive, each of them once, with the waybill's size, rows and SHA-256",
      },
      'exact-values': { promise: 'Ids, amounts and text survive byte for byte, but for the formula apostrophe' },
      'frozen-filters': { promise: 'Filters are frozen when the export is created' },
      'wrong-requests': { promise: 'A wrong request is told with a pointer, and nothing is written' },
      verify: { promise: '`verify` notices a changed byte' },
      'same-as-select': {
        promise: 'Every report in every format holds what a plain SELECT says',
        commands: ['npm run check:other-programs'],
      },
      'hostile-values': { promise: 'Hostile text, long ids, NULL and empty survive every format' },
      'copy-and-rows-alike': { promise: 'COPY and the rows path give identical bytes in every dialect' },
      'workbook-limits': { promise: 'A workbook goes on in a second sheet, or fails, as the report says' },
      'one-gzip-member': { promise: 'Compressed files are one gzip member or one zstd frame' },
      'part-by-part': {
        promise: 'Each of several files is fetched by its part, with the name, size and SHA-256 that the waybill lists',
      },
      'verify-part-files': {
        promise: '`verify` matches several files to their waybill, naming those missing, unknown or there twice',
      },
      'verify-counts': { promise: '`verify` counts the rows of every format that has rows to count' },
      'generated-test-data': {
        promise: 'The same schema, seed and count give the same test data, whatever happens to the schema later',
      },
      'relative-dates': { promise: 'Relative dates become days when the export is requested, in its time zone' },
      estimates: { promise: 'An estimate queues nothing and warns of limits' },
      formulas: { promise: 'A cell that is a formula does not run in a spreadsheet' },
    },
  },
];
