import type { Report } from '../domain/report.ts';
import type { JsonValue } from '../domain/snapshot.ts';

/** One of the values a filter may have. */
export interface Choice {
  readonly value: string;
  /** What people know it by. */
  readonly label: string;
}

/** A filter that somebody is filling in. */
export interface ChoicesPlan {
  readonly accountId: string;
  readonly report: Report;
  /** One for which the report names `choices`. */
  readonly filter: string;
  /** The other filters as the report's schema parsed them, as far as they are there. */
  readonly filters: Readonly<Record<string, JsonValue>>;
  /** IANA name. */
  readonly timeZone: string;
}

/** Where the form gets the values of a filter from, and where a request's values are checked. */
export interface ReportChoices {
  /**
   * The first choices by label; always the account's own.
   * @param search text that occurs in the label in any case, or is the value. @default any
   * @throws ExportFailedError source_unavailable | query_timeout | invalid_data | internal
   */
  choices(
    plan: ChoicesPlan,
    options: { readonly search?: string; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<readonly Choice[]>;

  /**
   * Those of the values that are no choice of the account's, in the order given.
   * @throws ExportFailedError source_unavailable | query_timeout | invalid_data | internal
   */
  unknownChoices(plan: ChoicesPlan, values: readonly string[], signal?: AbortSignal): Promise<readonly string[]>;
}
