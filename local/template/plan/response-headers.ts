import * as z from 'zod';
import { boolean, integer, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';

/** A header that CloudFront adds to an answer. */
export interface ResponseHeader {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  /** Whether it replaces the origin's own. */
  readonly override: boolean;
}

const override = { Override: boolean };

const security = z.strictObject({
  ContentSecurityPolicy: z.strictObject({ ...override, ContentSecurityPolicy: text }).optional(),
  ContentTypeOptions: z.strictObject(override).optional(),
  FrameOptions: z.strictObject({ ...override, FrameOption: text }).optional(),
  ReferrerPolicy: z.strictObject({ ...override, ReferrerPolicy: text }).optional(),
  StrictTransportSecurity: z
    .strictObject({
      ...override,
      AccessControlMaxAgeSec: integer,
      IncludeSubdomains: boolean.default(false),
      Preload: boolean.default(false),
    })
    .optional(),
});

const schema = z.strictObject({
  ResponseHeadersPolicyConfig: z.strictObject({
    Comment: irrelevant('for people'),
    CustomHeadersConfig: z
      .strictObject({ Items: z.array(z.strictObject({ ...override, Header: text, Value: text })) })
      .optional(),
    Name: irrelevant('a label'),
    SecurityHeadersConfig: security.default({}),
  }),
});

/** Plans one `AWS::CloudFront::ResponseHeadersPolicy`. @throws TemplateError */
export function planResponseHeaders(resource: ResolvedResource): ResponseHeader[] {
  const { ResponseHeadersPolicyConfig: config } = readProperties(resource, schema);
  const custom = config.CustomHeadersConfig?.Items ?? [];
  return [
    ...securityHeaders(config.SecurityHeadersConfig),
    ...custom.map((item) => ({ name: item.Header.toLowerCase(), value: item.Value, override: item.Override })),
  ];
}

function securityHeaders(config: z.output<typeof security>): ResponseHeader[] {
  const { ContentSecurityPolicy: csp, ContentTypeOptions: type, StrictTransportSecurity: tls } = config;
  const { FrameOptions: frame, ReferrerPolicy: referrer } = config;
  const header = (name: string, value: string, from: { Override: boolean }): ResponseHeader => ({
    name,
    value,
    override: from.Override,
  });
  return [
    ...(csp ? [header('content-security-policy', csp.ContentSecurityPolicy, csp)] : []),
    ...(tls ? [header('strict-transport-security', transportSecurity(tls), tls)] : []),
    ...(type ? [header('x-content-type-options', 'nosniff', type)] : []),
    ...(frame ? [header('x-frame-options', frame.FrameOption, frame)] : []),
    ...(referrer ? [header('referrer-policy', referrer.ReferrerPolicy, referrer)] : []),
  ];
}

function transportSecurity(tls: NonNullable<z.output<typeof security>['StrictTransportSecurity']>): string {
  const directives = [`max-age=${tls.AccessControlMaxAgeSec}`];
  if (tls.IncludeSubdomains) directives.push('includeSubDomains');
  if (tls.Preload) directives.push('preload');
  return directives.join('; ');
}
