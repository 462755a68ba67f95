// @module-tag every-route-needs-a-token
// @module-tag throttles
// @module-tag files-across-origins

import { describe, expect, it } from 'vitest';
import { apiRoutes } from '../../core/contract/routes.ts';
import { flatten, functionOf, type Json, onlyResource, resourcesOf, synthesize } from './synthesize.ts';

const template = synthesize();
const routes: Json[] = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).map(
  (route) => route.Properties,
);
const integrations = resourcesOf(template, 'AWS::ApiGatewayV2::Integration');
const functions = resourcesOf(template, 'AWS::Lambda::Function');

/** Routes that anybody may call. */
function openRoutes(all: Json[]): string[] {
  return all.filter((route) => route.AuthorizationType !== 'JWT' || !route.AuthorizerId).map((route) => route.RouteKey);
}

/** The description of the function a route leads to. */
function answeredBy(route: Json): string {
  const integration = integrations[route.Target['Fn::Join'][1][1].Ref].Properties;
  return functions[integration.IntegrationUri['Fn::GetAtt'][0]].Properties.Description;
}

describe('routes', () => {
  it('are those of the contract, each answered by its workload', () => {
    const expected = apiRoutes.map((route) => [
      route.path === '$default' ? '$default' : `${route.method} ${route.path}`,
      `Waybill ${route.workload}`,
    ]);
    expect(routes.map((route) => [route.RouteKey, answeredBy(route)]).sort()).toEqual(expected.sort());
  });

  it('share one integration for each function', () => {
    expect(Object.keys(integrations)).toHaveLength(new Set(apiRoutes.map((route) => route.workload)).size);
    for (const { Properties } of Object.values(integrations)) {
      expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
    }
  });

  it('need a token, all but the description of the API', () => {
    expect(openRoutes(routes).sort()).toEqual(['GET /v1/docs', 'GET /v1/openapi.json']);
  });

  it('would not pass without an authorizer', () => {
    const { AuthorizerId: _, ...open } = routes.find((route) => route.RouteKey === 'GET /v1/me');
    expect(openRoutes([open])).toEqual(['GET /v1/me']);
  });
});

describe('pages of other origins', () => {
  const allowedOrigins = ['https://app.example.com'];
  const asked = synthesize({ config: { allowedOrigins } });
  const apiOf = (from: typeof template) => onlyResource(from, 'AWS::ApiGatewayV2::Api').Properties;

  it('may ask nothing, unless the stage names them', () => {
    for (const stage of ['local', 'dev', 'prod']) {
      expect(apiOf(synthesize({ stage })).CorsConfiguration, stage).toBeUndefined();
    }
  });

  it('may ask what people may, with a token of their own', () => {
    const methods = apiRoutes.map(({ method }) => method).filter((method) => method !== 'ANY');
    const { AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders, MaxAge, AllowCredentials, ...others } =
      apiOf(asked).CorsConfiguration;
    expect([AllowOrigins, others, MaxAge]).toEqual([allowedOrigins, {}, 600]);
    expect(AllowMethods.toSorted()).toEqual([...new Set(methods)].sort());
    expect(AllowHeaders).toEqual(['authorization', 'content-type', 'idempotency-key', 'if-none-match']);
    expect(ExposeHeaders).toEqual(['date', 'etag', 'location', 'retry-after']);
    expect(AllowCredentials).toBeUndefined();
  });

  it('have a route for what their browsers ask before, which takes no token: the authorizer of $default would refuse it', () => {
    const all = Object.values(resourcesOf(asked, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties);
    expect(openRoutes(all).sort()).toEqual(['GET /v1/docs', 'GET /v1/openapi.json', 'OPTIONS /{proxy+}']);
    expect(all).toHaveLength(routes.length + 1);
  });
});

describe('tokens', () => {
  it('are those of the configured issuer, which a deployment can replace', () => {
    const authorizer = onlyResource(template, 'AWS::ApiGatewayV2::Authorizer').Properties;
    expect(authorizer).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: ['waybill'], Issuer: { Ref: 'OidcIssuer' } },
    });
    expect(template.toJSON().Parameters.OidcIssuer.Default).toBe('http://127.0.0.1:4000/oidc');
  });
});

describe('the API', () => {
  const stage = onlyResource(template, 'AWS::ApiGatewayV2::Stage').Properties;

  it('is throttled, and writes one JSON line a request without the query string', () => {
    expect(stage.DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 1000, ThrottlingRateLimit: 500 });
    const format = JSON.parse(stage.AccessLogSettings.Format);
    expect(format).toMatchObject({ requestId: '$context.requestId', status: '$context.status' });
    expect(flatten(stage.AccessLogSettings.Format)).not.toMatch(/path|query|authorizer\.claims/i);
  });

  it('lets less through where a request takes more than a read', () => {
    const { RouteSettings: settings } = stage;
    expect(settings['POST /v1/exports']).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
    for (const [key, { ThrottlingRateLimit, ThrottlingBurstLimit }] of Object.entries<Json>(settings)) {
      expect(ThrottlingRateLimit, key).toBeLessThan(stage.DefaultRouteSettings.ThrottlingRateLimit);
      expect(ThrottlingBurstLimit, key).toBeLessThan(stage.DefaultRouteSettings.ThrottlingBurstLimit);
    }
    // Below the 150 a second, and 800 at once, that every region starts.
    const starting = ['POST /v1/exports', 'POST /v1/exports/{exportId}/retry', 'POST /v1/exports/{exportId}/rerun'];
    const sumOf = (limit: string) => starting.reduce((sum, key) => sum + settings[key][limit], 0);
    expect([sumOf('ThrottlingRateLimit'), sumOf('ThrottlingBurstLimit')]).toEqual([140, 280]);
  });

  it('has every route with a throttle before the stage that names it, or the stage cannot be deployed', () => {
    const { DependsOn: first = [] } = onlyResource(template, 'AWS::ApiGatewayV2::Stage');
    const late = Object.entries<Json>(resourcesOf(template, 'AWS::ApiGatewayV2::Route'))
      .filter(([id, { Properties }]) => Properties.RouteKey in stage.RouteSettings && !first.includes(id))
      .map(([, { Properties }]) => Properties.RouteKey);
    expect(late).toEqual([]);
    const keys = routes.map(({ RouteKey }) => RouteKey);
    expect(Object.keys(stage.RouteSettings).filter((key) => !keys.includes(key))).toEqual([]);
  });

  it('waits longer for each function than the function may take', () => {
    for (const { workload } of apiRoutes) {
      expect(functionOf(template, workload).Properties.Timeout, workload).toBeLessThan(30);
    }
  });
});
