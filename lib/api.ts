import { Aws, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { type ApiRoute, apiRoutes } from '../core/contract/routes.ts';
import type { ApiFunctions } from './api-functions/api-functions.ts';
import type { Deployment } from './deployment.ts';
import { DeploymentLogGroup } from './deployment-log-group.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** Requests a second of all users together: a report center polls a moving row every two seconds. */
const throttle = { rateLimit: 500, burstLimit: 1000 };

/** One line a request; never the query string or a token. */
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
  private readonly authorizer: HttpJwtAuthorizer;

  constructor(scope: Construct, id: string, { deployment, identity }: ApiProps) {
    super(scope, id);
    const jwtAudience = [deployment.config.identity.audience];
    this.authorizer = new HttpJwtAuthorizer('Jwt', identity.issuer, { jwtAudience });
    this.httpApi = new apigateway.HttpApi(this, 'HttpApi', {
      description: `Waybill ${deployment.stage}`,
      createDefaultStage: false,
    });
    const stage = new apigateway.HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        format: accessLogFormat,
        destination: new apigateway.LogGroupLogDestination(new DeploymentLogGroup(this, 'AccessLogs', { deployment })),
      },
    });
    this.url = stage.url;
    this.stageName = stage.stageName;
    this.domainName = `${this.httpApi.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
  }

  get apiId(): string {
    return this.httpApi.apiId;
  }

  /** Comes after the functions, which may need to know where the report center is, in front of this API. */
  addRoutes({ byWorkload }: ApiFunctions): void {
    const integrations = new Map<string, HttpLambdaIntegration>();
    for (const route of apiRoutes) {
      const { handler } = byWorkload[route.workload];
      const integration = integrations.get(route.workload) ?? new HttpLambdaIntegration(route.workload, handler);
      integrations.set(route.workload, integration);
      const httpRoute = new apigateway.HttpRoute(this, `${route.method} ${route.path}`, {
        httpApi: this.httpApi,
        routeKey: routeKeyOf(route),
        integration,
        authorizer: route.auth === 'jwt' ? this.authorizer : new apigateway.HttpNoneAuthorizer(),
      });
      if (route.auth === 'none') Validations.of(httpRoute).acknowledge(publicRoute);
    }
  }
}

function routeKeyOf({ method, path }: ApiRoute): apigateway.HttpRouteKey {
  return path === '$default'
    ? apigateway.HttpRouteKey.DEFAULT
    : apigateway.HttpRouteKey.with(path, apigateway.HttpMethod[method]);
}
