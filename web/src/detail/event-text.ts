import type { ExportEventView } from '../../../core/contract/export-schemas.ts';
import { formatBytes, formatCount } from '../format/numbers.ts';
import { strings } from '../strings/strings.ts';

/** How much a line of the timeline matters. */
export type Tone = 'quiet' | 'running' | 'ready' | 'failed';

/** A line of the timeline in plain words. */
export interface EventText {
  readonly text: string;
  readonly tone: Tone;
  /** Another export that it names. */
  readonly exportId?: string;
}

/** What a person is called. @param by a user id, `system` or `worker` */
export type NameOf = (by: string) => string;

type Details = ExportEventView['details'];
type Describe = (details: Details, nameOf: NameOf, by: string) => EventText;

const words = strings.detail;

const number = (details: Details, name: string) => Number(details[name] ?? 0);
const text = (details: Details, name: string) => String(details[name] ?? '');
const count = (details: Details, name: string) => formatCount(number(details, name));

/** Words for a code; one that has none is shown as it is. */
const wordsFor = (known: Readonly<Record<string, string>>, code: string) => known[code] ?? code;

const always =
  (line: string, tone: Tone = 'quiet'): Describe =>
  () => ({ text: line, tone });

const aboutMail =
  (state: keyof typeof words.events.mail, tone: Tone = 'quiet'): Describe =>
  (details, nameOf) => ({ text: words.events.mail[state](nameOf(text(details, 'to'))), tone });

/** Every type of event there is, each in its words. */
const describe: Readonly<Record<string, Describe>> = {
  created: (details, _, by) => {
    const say = by === 'system' ? words.events.createdByItself : words.events.created;
    return { text: say(text(details, 'format').toUpperCase()), tone: 'quiet' };
  },
  measured: (details) => {
    const say = details.exact === true ? words.events.counted : words.events.countEstimated;
    return { text: say(number(details, 'rows'), count(details, 'rows')), tone: 'quiet' };
  },
  claimed: (details) => ({ text: words.events.claimed(count(details, 'attempt')), tone: 'running' }),
  released: (details) => {
    const reason = text(details, 'reason');
    const isStop = reason === 'stopped';
    const said = isStop ? words.events.workerStopped : wordsFor(words.failures, reason);
    return { text: words.events.released(count(details, 'attempt'), said), tone: isStop ? 'quiet' : 'failed' };
  },
  cancel_requested: always(words.events.cancelRequested),
  ready: (details) => {
    const { ready, readyInFiles } = words.events;
    const said = ready(number(details, 'rows'), count(details, 'rows'), formatBytes(number(details, 'bytes')));
    return {
      text: number(details, 'partFiles') > 1 ? readyInFiles(said, count(details, 'partFiles')) : said,
      tone: 'ready',
    };
  },
  failed: (details) => ({
    text: words.events.failed(wordsFor(words.failures, text(details, 'code'))),
    tone: 'failed',
    ...other(details),
  }),
  cancelled: always(words.events.cancelled),
  expired: always(words.events.expired),
  erased: always(words.events.erased),
  taking_longer: always(words.events.takingLonger, 'failed'),
  execution_replaced: always(words.events.executionReplaced),
  retried: (details) => ({ text: words.events.retried, tone: 'quiet', ...other(details) }),
  downloaded: (details) => {
    const { downloaded, downloadedByLink, downloadedPart } = words.events;
    const said = details.via === 'link' ? downloadedByLink : downloaded;
    return { text: 'part' in details ? downloadedPart(said, count(details, 'part')) : said, tone: 'quiet' };
  },
  download_refused: (details) => ({
    text: words.events.downloadRefused(wordsFor(words.refusals, text(details, 'code'))),
    tone: 'failed',
  }),
  mail_asked_for: (details, nameOf) => ({
    text: words.events.mailAskedFor(text(details, 'to').split(' ').map(nameOf).join(', ')),
    tone: 'quiet',
  }),
  mail_sending: aboutMail('sending'),
  mail_sent: aboutMail('sent'),
  mail_delayed: aboutMail('delayed'),
  mail_delivered: aboutMail('delivered'),
  mail_bounced: aboutMail('bounced', 'failed'),
  mail_complained: aboutMail('complained', 'failed'),
  mail_suppressed: aboutMail('suppressed', 'failed'),
  mail_refused: aboutMail('refused', 'failed'),
  announced: always(words.events.announced),
  feedback: (details) => ({
    text: words.events.feedback(wordsFor(words.feedback, text(details, 'kind'))),
    tone: 'quiet',
  }),
  person_erased: (details, nameOf) => ({
    text: words.events.personErased(nameOf(text(details, 'userId'))),
    tone: 'quiet',
  }),
};

/** An event in plain words; one of a type that is not known here is called by its name. */
export function eventText({ type, details, by }: ExportEventView, nameOf: NameOf): EventText {
  return describe[type]?.(details, nameOf, by) ?? { text: type.replaceAll('_', ' '), tone: 'quiet' };
}

function other({ retriedBy }: Details): Pick<EventText, 'exportId'> {
  return typeof retriedBy === 'string' ? { exportId: retriedBy } : {};
}
