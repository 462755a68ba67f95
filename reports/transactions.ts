import * as z from 'zod';
import { dateRange, withinDays } from '../core/domain/date-range.ts';
import { idsFilter } from '../core/domain/id-filter.ts';
import { defineReport } from '../core/domain/report.ts';
import { all, sql } from '../core/domain/sql.ts';

const filters = z.object({
  ...dateRange('Booked'),
  accountIds: idsFilter('a financial account')
    .optional()
    .meta({ title: 'Accounts', description: 'Only transactions of these financial accounts.' }),
  tagIds: idsFilter('a tag')
    .optional()
    .meta({ title: 'Tags', description: 'Only transactions that have at least one of these tags.' }),
});

/** What was booked on an account's financial accounts. */
export const transactions = defineReport({
  id: 'transactions',
  version: 1,
  title: 'Transactions',
  description: 'Money in and out by financial account, with counterparty, reference and tags.',
  group: 'Finance',
  permission: 'reports:transactions',
  filters,
  choices: {
    accountIds: () => sql`
      SELECT account_id AS "accountId", financial_account_id AS value, concat_ws(' ', name, number, currency) AS label
      FROM app.financial_accounts`,
    tagIds: () => sql`SELECT account_id AS "accountId", tag_id AS value, name AS label FROM app.tags`,
  },
  columns: {
    transactionId: { header: 'Transaction ID', type: 'integer' },
    bookedAt: { header: 'Booked at', type: 'timestamp' },
    valueOn: { header: 'Value date', type: 'date' },
    accountNumber: { header: 'Account number', type: 'text' },
    accountName: { header: 'Account', type: 'text' },
    amount: {
      header: 'Amount',
      type: 'decimal',
      precision: 20,
      scale: 6,
      description: 'Negative for money that went out.',
    },
    currency: { header: 'Currency', type: 'text' },
    counterparty: { header: 'Counterparty', type: 'text' },
    reference: { header: 'Reference', type: 'text' },
    description: { header: 'Description', type: 'text' },
    tags: { header: 'Tags', type: 'json', description: 'Their names, as a JSON array.' },
    financialAccountId: { header: 'Account ID', type: 'integer', byDefault: false },
  },
  key: ['transactionId'],
  formats: ['csv', 'tsv', 'json', 'ndjson', 'parquet', 'xlsx'],
  maxFileBytes: 5_000_000_000,
  retentionDays: 1,
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: ({ from, to, accountIds, tagIds }, { timeZone }) => sql`
      SELECT
        transactions.account_id AS "accountId", transaction_id AS "transactionId", booked_at AS "bookedAt",
        value_on AS "valueOn", number AS "accountNumber", financial_accounts.name AS "accountName", amount,
        transactions.currency, counterparty, reference, description,
        (
          SELECT coalesce(json_agg(tags.name ORDER BY tag_id), '[]') FROM app.tags
          WHERE tags.account_id = transactions.account_id AND tag_id = ANY (tag_ids)
        ) AS tags,
        financial_account_id AS "financialAccountId"
      FROM app.transactions JOIN app.financial_accounts USING (account_id, financial_account_id)
      WHERE ${all(
        withinDays(sql`booked_at`, { from, to }, timeZone),
        accountIds !== undefined && sql`financial_account_id = ANY (${accountIds}::bigint[])`,
        tagIds !== undefined && sql`tag_ids && ${tagIds}::bigint[]`,
      )}`,
  },
});
