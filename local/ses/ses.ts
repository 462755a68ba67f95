import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseQueryInput, type QueryOperation, queryService } from '../aws-endpoint/query-service.ts';
import { AwsError, type AwsRequest, type AwsService } from '../aws-endpoint/service.ts';
import type { CancelTimer, LocalClock } from '../clock.ts';
import { type Measure, measureNothing } from '../cloudwatch/metric.ts';
import { ACCOUNT_ID, arn } from '../template/physical-ids.ts';
import { type ConfigurationSetPlan, type EmailIdentityPlan, suppressionReasons } from '../template/plan/mail.ts';
import { eventsOf, type SentMailFacts } from './mail-events.ts';
import { mailMetrics } from './mail-metrics.ts';
import { type Mailbox, openMailbox, type StoredMail } from './mailbox.ts';
import { isSimulator, type Outcome, outcomeOf } from './outcome.ts';
import { checkContent, type NamedAddress, parseAddress, type SendEmailInput, sendEmailInput } from './send-email.ts';
import { openSuppressionList } from './suppression-list.ts';

/** Between a mail and the events about it, so that whoever sent it has its id by then. */
const EVENT_DELAY_MS = 100;

export interface LocalSesOptions {
  /** Who may send. */
  readonly identities: readonly EmailIdentityPlan[];
  readonly configurationSets: readonly ConfigurationSetPlan[];
  /** Holds the mails and the suppression list; created when missing. */
  readonly directory: string;
  readonly clock: Pick<LocalClock, 'now' | 'after'>;
  /** Puts an event on the default event bus. */
  readonly publish: (event: { source: string; detailType: string; detail: object; resources: string[] }) => void;
  /** @default nothing is measured */
  readonly measure?: Measure;
}

/** SES, as far as sending goes: mail ends in a mailbox of this machine. */
export interface LocalSes {
  readonly service: AwsService;
  readonly mailbox: Mailbox;
  /** Events that have not been published yet are lost. */
  stop(): void;
}

interface Send {
  readonly input: SendEmailInput;
  readonly source: NamedAddress;
  readonly recipient: NamedAddress;
  readonly identity: EmailIdentityPlan | undefined;
  readonly set: ConfigurationSetPlan | undefined;
  /** What suppresses the recipient. */
  readonly reasons: ConfigurationSetPlan['suppressedReasons'];
}

/** Opens the mailbox and serves SendEmail. */
export function createSes(options: LocalSesOptions): LocalSes {
  const { identities, configurationSets, directory, clock, publish } = options;
  const count = mailMetrics(options.measure ?? measureNothing);
  const mailbox = openMailbox(join(directory, 'mail'));
  const suppressed = openSuppressionList(join(directory, 'suppression-list.json'));
  const timers = new Set<CancelTimer>();
  let newest = Number.parseInt(mailbox.list()[0]?.id.slice(4, 16) ?? '0', 16);

  /** The time in milliseconds, made to grow, and something random. */
  function newMessageId(): string {
    newest = Math.max(newest + 1, clock.now());
    return `0100${newest.toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
  }

  function read(input: SendEmailInput): Send {
    const source = parseAddress(input.Source);
    const recipient = parseAddress(input.Destination.ToAddresses[0]);
    const named = (name: string) => identities.find((each) => each.name.toLowerCase() === name.toLowerCase());
    const set = configurationSets.find(({ name }) => name === input.ConfigurationSetName);
    return {
      input,
      source,
      recipient,
      set,
      identity: named(source.address) ?? named(source.domain),
      reasons: set?.suppressedReasons ?? suppressionReasons,
    };
  }

  async function gate(request: AwsRequest, { input, source, identity, set }: Send): Promise<void> {
    const action = 'ses:SendEmail';
    const context = { 'ses:FromAddress': source.address };
    const resources = [identity?.arn ?? arn('ses', `identity/${source.address}`)];
    if (input.ConfigurationSetName !== undefined) {
      resources.push(set?.arn ?? arn('ses', `configuration-set/${input.ConfigurationSetName}`));
    }
    await request.gate(
      'SendEmail',
      resources.map((resource) => ({ action, resource, context })),
      input,
    );
  }

  function decide({ recipient, reasons }: Send): Outcome {
    return suppressed.has(recipient.address, reasons) ? 'suppressed' : outcomeOf(recipient);
  }

  function follow(send: Send, facts: Omit<SentMailFacts, 'configurationSet'>): void {
    const { recipient, set, reasons } = send;
    const { outcome } = facts.mail;
    const cancel = clock.after(EVENT_DELAY_MS, () => {
      timers.delete(cancel);
      const reason = outcome === 'bounced' ? 'BOUNCE' : outcome === 'complained' ? 'COMPLAINT' : undefined;
      const keeps = reason !== undefined && reasons.includes(reason);
      // Those of the simulator are never put on the list, so that they can be used again.
      if (keeps && !isSimulator(recipient)) suppressed.add(recipient.address, reason);
      count(outcome, set?.name);
      if (set === undefined) return;
      const timestamp = new Date(clock.now()).toISOString();
      for (const { type, detailType, detail } of eventsOf({ ...facts, configurationSet: set.name }, timestamp)) {
        if (set.events.includes(type)) publish({ source: 'aws.ses', detailType, detail, resources: [set.arn] });
      }
    });
    timers.add(cancel);
  }

  const sendEmail: QueryOperation = async (parameters, request) => {
    const send = read(parseQueryInput(sendEmailInput, parameters));
    await gate(request, send);
    const { input, source, recipient, identity, set } = send;
    checkContent(input);
    if (identity === undefined) throw notVerified(source.address);
    if (input.ConfigurationSetName !== undefined && set === undefined) throw noSuchSet(input.ConfigurationSetName);
    const mail: StoredMail = {
      id: newMessageId(),
      from: source.text,
      to: recipient.address,
      subject: input.Message.Subject.Data,
      text: input.Message.Body.Text?.Data ?? '',
      html: input.Message.Body.Html?.Data ?? '',
      tags: Object.fromEntries(input.Tags.map(({ Name, Value }) => [Name, Value])),
      sentAt: new Date(clock.now()).toISOString(),
      outcome: decide(send),
    };
    mailbox.add(mail);
    const caller = request.principal.roleArn.split('/').at(-1) ?? '';
    follow(send, { mail, source, sourceArn: identity.arn, accountId: ACCOUNT_ID, caller });
    return { MessageId: mail.id };
  };

  return {
    service: queryService({
      signingName: 'ses',
      namespace: 'http://ses.amazonaws.com/doc/2010-12-01/',
      operations: { SendEmail: sendEmail },
    }),
    mailbox,
    stop() {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

function notVerified(address: string): AwsError {
  const message = `Email address is not verified. The following identities failed the check in the local cloud: ${address}`;
  return new AwsError('MessageRejected', 400, message);
}

function noSuchSet(name: string): AwsError {
  return new AwsError('ConfigurationSetDoesNotExist', 400, `Configuration set <${name}> does not exist.`);
}
