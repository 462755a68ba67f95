import { Aws, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { apiRoutes, preflightRoute } from '../core/contract/routes.ts';
import { corsOfApi } from './allowed-origins.ts';
import type { ApiFunctions } from './api-functions/api-functions.ts';
import type { Deployment } from './deployment.ts';
import { DeploymentLogGroup } from './deployment-log-group.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { defaultThrottle, routeThrottles } from './route-throttles.ts';

/**
 * One line a request; never the query string or a token. What came through CloudFront has one of its addresses as
 * `sourceIp`: HTTP APIs log no headers, and `X-Forwarded-For` of those who call the API itself is what they write into it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    route: '$context.routeKey',
    status: '$context.status',
    latencyMs: '$context.responseLatency',
    responseBytes: '$context.responseLength',
    sourceIp: '$context.identity.sourceIp',
    authorizerError: '$context.authorizer.error',
    integrationError: '$context.integrationErrorMessage',
  }),
);

const publicRoute = {
  id: 'AwsSolutions-APIG4',
  reason: 'The description of the API is the same for everybody and is read before anybody can sign in.',
};

const preflights = {
  id: 'AwsSolutions-APIG4',
  reason: 'Browsers ask without a token whether their page may ask with one; what they are told is the configuration.',
};

type Route = (typeof apiRoutes)[number] | typeof preflightRoute;

export interface ApiProps {
  readonly deployment: Deployment;
  readonly identity: IdentityProvider;
}

/** The HTTP API: the routes of core/contract/routes.ts, behind the identity provider's tokens. */
export class Api extends Construct {
  readonly url: string;
  /** The host of {@link url}. */
  readonly domainName: string;
  /** The stage that takes all requests, by the name it has in metrics. */
  readonly stageName: string;
  private readonly httpApi: apigateway.HttpApi;
  private readonly stage: apigateway.HttpStage;
  private readonly authorizer: HttpJwtAuthorizer;
  private readonly routes: readonly Route[];

  constructor(scope: Construct, id: string, { deployment, identity }: ApiProps) {
    super(scope, id);
    this.authorizer = new HttpJwtAuthorizer('Jwt', identity.issuer, { jwtAudience: [identity.audience] });
    const corsPreflight = corsOfApi(deployment.config);
    this.routes = corsPreflight === undefined ? apiRoutes : [...apiRoutes, preflightRoute];
    this.httpApi = new apigateway.HttpApi(this, 'HttpApi', {
      apiName: deployment.name,
      description: `Waybill ${deployment.stage}`,
      createDefaultStage: false,
      ...(corsPreflight && { corsPreflight }),
    });
    this.stage = new apigateway.HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      autoDeploy: true,
      throttle: defaultThrottle,
      accessLogSettings: {
        format: accessLogFormat,
        destination: new apigateway.LogGroupLogDestination(new DeploymentLogGroup(this, 'AccessLogs', { deployment })),
      },
    });
    this.url = this.stage.url;
    this.stageName = this.stage.stageName;
    this.domainName = `${this.httpApi.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
  }

  get apiId(): string {
    return this.httpApi.apiId;
  }

  /** Comes after the functions, which may need to know where the report center is, in front of this API. */
  addRoutes({ byWorkload }: ApiFunctions): void {
    const integrations = new Map<string, HttpLambdaIntegration>();
    for (const route of this.routes) {
      const { handler } = byWorkload[route.workload];
      const integration = integrations.get(route.workload) ?? new HttpLambdaIntegration(route.workload, handler);
      integrations.set(route.workload, integration);
      const routeKey = routeKeyOf(route);
      const httpRoute = new apigateway.HttpRoute(this, `${route.method} ${route.path}`, {
        httpApi: this.httpApi,
        routeKey,
        integration,
        authorizer: route.auth === 'jwt' ? this.authorizer : new apigateway.HttpNoneAuthorizer(),
      });
      if (route.auth === 'none') {
        Validations.of(httpRoute).acknowledge(route === preflightRoute ? preflights : publicRoute);
      }
      if (routeKey.key in routeThrottles) this.stage.node.addDependency(httpRoute);
    }
    this.throttleRoutes();
  }

  /** A stage may not name a route that is not there yet: it comes after those. */
  private throttleRoutes(): void {
    const settings = Object.entries(routeThrottles).map(([routeKey, { rateLimit, burstLimit }]) => [
      routeKey,
      { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit },
    ]);
    (this.stage.node.defaultChild as apigateway.CfnStage).routeSettings = Object.fromEntries(settings);
  }
}

function routeKeyOf({ method, path }: Route): apigateway.HttpRouteKey {
  return path === '$default'
    ? apigateway.HttpRouteKey.DEFAULT
    : apigateway.HttpRouteKey.with(path, apigateway.HttpMethod[method]);
}
