import * as z from 'zod';
import { arn } from '../physical-ids.ts';
import { boolean, commonProperties, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { collectProblems, problem } from '../template-error.ts';

/** A domain or an address that may send mail. Here it is verified from the start. */
export interface EmailIdentityPlan {
  readonly logicalId: string;
  /** e.g. `example.com` or `reports@example.com` */
  readonly name: string;
  readonly arn: string;
}

/** Events SES tells about a mail, as CloudFormation writes them. */
const eventTypes = [
  'send',
  'delivery',
  'bounce',
  'complaint',
  'reject',
  'deliveryDelay',
  'renderingFailure',
  'open',
  'click',
  'subscription',
] as const;

export type MailEventType = (typeof eventTypes)[number];

/** Both are what an account that changed nothing suppresses for. */
export const suppressionReasons = ['BOUNCE', 'COMPLAINT'] as const;

export type SuppressionReason = (typeof suppressionReasons)[number];

/** How mails that name it are treated. */
export interface ConfigurationSetPlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** What puts an address on the suppression list. */
  readonly suppressedReasons: readonly SuppressionReason[];
  /** What is published on the default event bus. */
  readonly events: readonly MailEventType[];
}

const identitySchema = z.strictObject({
  ...commonProperties,
  DkimAttributes: irrelevant('local mail is not signed'),
  DkimSigningAttributes: irrelevant('local mail is not signed'),
  EmailIdentity: irrelevant('read through the resource name'),
  FeedbackAttributes: irrelevant('feedback comes as events'),
});

const setSchema = z.strictObject({
  ...commonProperties,
  DeliveryOptions: irrelevant('local mail goes nowhere'),
  Name: irrelevant('read through the resource name'),
  ReputationOptions: irrelevant('it keeps metrics, which only AWS does'),
  SendingOptions: z
    .strictObject({ SendingEnabled: z.literal(true, 'a set that is switched off is not known') })
    .optional(),
  SuppressionOptions: z.strictObject({ SuppressedReasons: z.array(z.enum(suppressionReasons)) }).optional(),
});

const destinationSchema = z.strictObject({
  ConfigurationSetName: text,
  EventDestination: z.strictObject({
    Enabled: boolean.default(true),
    EventBridgeDestination: z.strictObject({
      EventBusArn: z.literal(arn('events', 'event-bus/default'), 'only the default bus runs locally'),
    }),
    MatchingEventTypes: z.array(z.enum(eventTypes)),
    Name: irrelevant('a label'),
  }),
});

/** Plans one `AWS::SES::EmailIdentity`. @throws TemplateError */
export function planEmailIdentity(resource: ResolvedResource): EmailIdentityPlan {
  readProperties(resource, identitySchema);
  const name = resource.ref();
  return { logicalId: resource.logicalId, name, arn: arn('ses', `identity/${name}`) };
}

/**
 * Plans every `AWS::SES::ConfigurationSet`, with the `AWS::SES::ConfigurationSetEventDestination` resources that belong to it.
 * @throws TemplateError
 */
export function planConfigurationSets(
  sets: readonly ResolvedResource[],
  destinations: readonly ResolvedResource[],
): ConfigurationSetPlan[] {
  const names = new Set(sets.map((set) => set.ref()));
  const published = collectProblems(destinations, (resource) => {
    const { ConfigurationSetName: setName, EventDestination: destination } = readProperties(
      resource,
      destinationSchema,
    );
    if (!names.has(setName)) {
      throw problem(
        { ...resource, path: 'Properties.ConfigurationSetName' },
        `there is no configuration set ${setName}`,
      );
    }
    return { setName, events: destination.Enabled ? destination.MatchingEventTypes : [] };
  });
  return collectProblems(sets, (resource) => {
    const { SuppressionOptions: suppression } = readProperties(resource, setSchema);
    const name = resource.ref();
    return {
      logicalId: resource.logicalId,
      name,
      arn: arn('ses', `configuration-set/${name}`),
      // Without settings of its own it has those of the account.
      suppressedReasons: suppression?.SuppressedReasons ?? suppressionReasons,
      events: published.filter(({ setName }) => setName === name).flatMap(({ events }) => events),
    };
  });
}
