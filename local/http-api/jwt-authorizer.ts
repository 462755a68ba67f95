import { createRemoteJWKSet, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';
import type { LocalClock } from '../clock.ts';

/** The JWT configuration of an authorizer. */
export interface JwtAuthorizerConfiguration {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** @default the `jwks_uri` of the issuer's discovery document */
  readonly jwksUri?: string | undefined;
}

/** What an integration learns about a verified token. */
export interface JwtIdentity {
  readonly claims: Readonly<Record<string, string>>;
  /** The token's scopes; null when the route asks for none. */
  readonly scopes: readonly string[] | null;
}

/** A request that may not pass, with the `www-authenticate` header of its answer. */
export class NotAuthorizedError extends Error {
  override readonly name = 'NotAuthorizedError';
  readonly status: 401 | 403;
  readonly challenge: string;

  constructor(status: 401 | 403, challenge: string) {
    super(challenge);
    this.status = status;
    this.challenge = challenge;
  }
}

/** The authorizer accepts RSA signatures only. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

const discoverySchema = z.object({ jwks_uri: z.url() });

/** Checks bearer tokens as the JWT authorizer of an HTTP API does, at the local clock's time. */
export class JwtAuthorizer {
  readonly #configuration: JwtAuthorizerConfiguration;
  readonly #clock: LocalClock;
  #keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;

  constructor(configuration: JwtAuthorizerConfiguration, clock: LocalClock) {
    this.#configuration = configuration;
    this.#clock = clock;
  }

  /**
   * @param authorization the `Authorization` header: a token, with or without `Bearer`
   * @param routeScopes the token needs one of them, if there are any
   * @throws NotAuthorizedError
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
   */
  async authorize(authorization: string | undefined, routeScopes: readonly string[]): Promise<JwtIdentity> {
    const token = authorization?.replace(/^Bearer\s+/i, '').trim();
    if (!token) throw new NotAuthorizedError(401, 'Bearer');
    const payload = await this.#verify(token);
    if (payload.iat !== undefined && payload.iat * 1000 > this.#clock.now())
      throw invalidToken('the token is not yet valid');
    if (!this.#isForUs(payload)) throw invalidToken('the token does not have a valid audience');
    const scopes = scopesOf(payload);
    if (routeScopes.length > 0 && !routeScopes.some((scope) => scopes.includes(scope))) {
      throw insufficientScope(routeScopes);
    }
    const claims = Object.entries(payload).map(([name, value]) => [name, claimText(value)]);
    return { claims: Object.fromEntries(claims), scopes: routeScopes.length > 0 ? scopes : null };
  }

  async #verify(token: string): Promise<JWTPayload> {
    try {
      // A key without a name must not be enough, even when the issuer has one key only.
      if (keyIdOf(token) === undefined) throw invalidToken('the token has no kid');
      const verified = await jwtVerify(token, await this.#keySet(), {
        algorithms: ALGORITHMS,
        issuer: this.#configuration.issuer,
        requiredClaims: ['exp'],
        currentDate: new Date(this.#clock.now()),
      });
      return verified.payload;
    } catch (error) {
      throw error instanceof NotAuthorizedError ? error : invalidToken(describe(error));
    }
  }

  #keySet(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    this.#keys ??= this.#findKeys().catch((error) => {
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }

  async #findKeys(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    const { issuer, jwksUri } = this.#configuration;
    if (jwksUri !== undefined) return createRemoteJWKSet(new URL(jwksUri));
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    return createRemoteJWKSet(new URL(discoverySchema.parse(await response.json()).jwks_uri));
  }

  /** `client_id` counts only for a token without `aud`. */
  #isForUs({ aud, client_id: clientId }: JWTPayload): boolean {
    const audiences = aud ?? clientId;
    return [audiences]
      .flat()
      .some((audience) => this.#configuration.audience.some((accepted) => accepted === audience));
  }
}

function invalidToken(description: string): NotAuthorizedError {
  return new NotAuthorizedError(401, `Bearer scope="" error="invalid_token" error_description="${description}"`);
}

function insufficientScope(scopes: readonly string[]): NotAuthorizedError {
  const challenge = `Bearer scope="${scopes.join(' ')}" error="insufficient_scope"`;
  return new NotAuthorizedError(403, `${challenge} error_description="the token does not have a required scope"`);
}

function keyIdOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    throw invalidToken('the token is malformed');
  }
}

function describe(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `the token has no valid ${error.claim}`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the signing method is invalid';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature is invalid';
  if (error instanceof errors.JWKSNoMatchingKey) return 'no key of the issuer matches the kid';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'the token is malformed';
  return 'OIDC discovery endpoint communication error';
}

function scopesOf({ scope, scp }: JWTPayload): readonly string[] {
  const granted = scope ?? scp;
  if (typeof granted === 'string') return granted.split(' ').filter((one) => one !== '');
  return Array.isArray(granted) ? granted.map(String) : [];
}

/** Every claim reaches an integration as text; lists and objects in the notation of API Gateway's implementation. */
function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, member]) => `${name}:${claimText(member)}`);
    return `map[${entries.sort().join(' ')}]`;
  }
  return String(value);
}
