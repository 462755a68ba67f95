import { serverNow } from '../api/server-clock.ts';
import { formatInstant, formatRelative } from '../format/times.ts';
import { useTicking } from './ticking.ts';

export interface RelativeTimeProps {
  /** ISO 8601 */
  readonly at: string;
  /** Puts the relative time into a sentence. */
  readonly sentence?: (when: string) => string;
  readonly testName?: string;
}

/** `3 minutes ago`, the exact instant on hover; it keeps itself up to date. */
export function RelativeTime({ at, sentence, testName }: RelativeTimeProps) {
  const when = useTicking(() => formatRelative(at, serverNow()));
  return (
    <time dateTime={at} title={formatInstant(at)} data-test={testName}>
      {sentence === undefined ? when : sentence(when)}
    </time>
  );
}
