import * as z from 'zod';
import { boolean, commonProperties, integer, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { collectProblems, problem } from '../template-error.ts';

/** Answers of an HTTP API to browsers of other origins. */
export interface CorsPlan {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds?: number;
}

/** Checks the token of a request. */
export interface JwtAuthorizerPlan {
  readonly issuer: string;
  /** The token must be for one of them. */
  readonly audience: readonly string[];
}

/** Which function answers which requests. */
export interface RoutePlan {
  readonly logicalId: string;
  /** `GET /v1/exports/{id}`, `ANY /{proxy+}`, `$default` */
  readonly routeKey: string;
  /** It gets events of payload format 2.0. */
  readonly functionArn: string;
  readonly timeoutSeconds: number;
  /** Open to everyone when left out. */
  readonly authorizer?: JwtAuthorizerPlan;
  /** The token must have one of them, if there are any. */
  readonly scopes: readonly string[];
}

/** An HTTP API with everything that belongs to it, served at the root as its `$default` stage. */
export interface HttpApiPlan {
  readonly logicalId: string;
  readonly id: string;
  readonly cors?: CorsPlan;
  readonly routes: readonly RoutePlan[];
}

/** The longest a function may take behind an HTTP API, and its default. */
const MAX_INTEGRATION_TIMEOUT_MS = 30_000;

const names = z.array(text).default([]);

const apiSchema = z.strictObject({
  ...commonProperties,
  CorsConfiguration: z
    .strictObject({
      AllowCredentials: boolean.default(false),
      AllowHeaders: names,
      AllowMethods: names,
      AllowOrigins: names,
      ExposeHeaders: names,
      MaxAge: integer.optional(),
    })
    .optional(),
  Description: irrelevant('for people'),
  DisableExecuteApiEndpoint: irrelevant('there is only one address here'),
  Name: irrelevant('a label'),
  ProtocolType: z.literal('HTTP'),
});

const stageSchema = z.strictObject({
  ...commonProperties,
  AccessLogSettings: irrelevant('logs go to the terminal'),
  ApiId: irrelevant('there is one stage an API'),
  AutoDeploy: z.literal(true),
  DefaultRouteSettings: irrelevant('proofs ask for more at once than a throttle lets through'),
  Description: irrelevant('for people'),
  RouteSettings: irrelevant('proofs ask for more at once than a throttle lets through'),
  StageName: z.literal('$default', 'only the stage without a path is served'),
});

const authorizerSchema = z.strictObject({
  ApiId: irrelevant('routes name the authorizer'),
  AuthorizerType: z.literal('JWT', 'only JWT authorizers run locally'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.strictObject({ Audience: z.array(text), Issuer: text }),
  Name: irrelevant('a label'),
});

const integrationSchema = z.strictObject({
  ApiId: irrelevant('routes name the integration'),
  Description: irrelevant('for people'),
  IntegrationType: z.literal('AWS_PROXY', 'only Lambda integrations run locally'),
  IntegrationUri: text,
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: integer.default(MAX_INTEGRATION_TIMEOUT_MS),
});

const routeSchema = z.strictObject({
  ApiId: text,
  AuthorizationScopes: names,
  AuthorizationType: z.enum(['JWT', 'NONE']).default('NONE'),
  AuthorizerId: text.optional(),
  OperationName: irrelevant('a label'),
  RouteKey: text,
  Target: text.startsWith('integrations/'),
});

/** The resources of all HTTP APIs of a template. */
export interface HttpApiResources {
  readonly apis: readonly ResolvedResource[];
  readonly stages: readonly ResolvedResource[];
  readonly routes: readonly ResolvedResource[];
  readonly integrations: readonly ResolvedResource[];
  readonly authorizers: readonly ResolvedResource[];
}

/** Plans every `AWS::ApiGatewayV2::Api`, its stages and routes. @throws TemplateError */
export function planHttpApis(resources: HttpApiResources): HttpApiPlan[] {
  const authorizers = new Map(collectProblems(resources.authorizers, (r) => [r.ref(), planAuthorizer(r)]));
  const integrations = new Map(
    collectProblems(resources.integrations, (r) => [r.ref(), readProperties(r, integrationSchema)]),
  );
  collectProblems(resources.stages, (r) => readProperties(r, stageSchema));
  const routes = collectProblems(resources.routes, (resource) => {
    const properties = readProperties(resource, routeSchema);
    const integration = integrations.get(properties.Target.slice('integrations/'.length));
    if (!integration) throw problem({ ...resource, path: 'Properties.Target' }, 'the integration is not known');
    const authorizer = authorizers.get(properties.AuthorizerId ?? '');
    if (properties.AuthorizationType === 'JWT' && !authorizer) {
      throw problem({ ...resource, path: 'Properties.AuthorizerId' }, 'the authorizer is not known');
    }
    const route: RoutePlan = {
      logicalId: resource.logicalId,
      routeKey: properties.RouteKey,
      functionArn: functionArn(integration.IntegrationUri),
      timeoutSeconds: integration.TimeoutInMillis / 1000,
      ...(properties.AuthorizationType === 'JWT' && authorizer && { authorizer }),
      scopes: properties.AuthorizationScopes,
    };
    return { apiId: properties.ApiId, route };
  });
  return collectProblems(resources.apis, (resource) => {
    const { CorsConfiguration: cors } = readProperties(resource, apiSchema);
    const id = resource.ref();
    return {
      logicalId: resource.logicalId,
      id,
      ...(cors && { cors: planCors(cors) }),
      routes: routes.filter(({ apiId }) => apiId === id).map(({ route }) => route),
    };
  });
}

function planAuthorizer(resource: ResolvedResource): JwtAuthorizerPlan {
  const { JwtConfiguration: jwt } = readProperties(resource, authorizerSchema);
  return { issuer: jwt.Issuer, audience: jwt.Audience };
}

function planCors(cors: NonNullable<z.output<typeof apiSchema>['CorsConfiguration']>): CorsPlan {
  return {
    allowOrigins: cors.AllowOrigins,
    allowMethods: cors.AllowMethods,
    allowHeaders: cors.AllowHeaders,
    exposeHeaders: cors.ExposeHeaders,
    allowCredentials: cors.AllowCredentials,
    ...(cors.MaxAge !== undefined && { maxAgeSeconds: cors.MaxAge }),
  };
}

/** Some templates wrap the function in `arn:aws:apigateway:...:lambda:path/2015-03-31/functions/ARN/invocations`. */
function functionArn(uri: string): string {
  return /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}
