import type { Principal, RequiredPermission } from '../aws-endpoint/service.ts';
import { type CompiledStatement, compileStatement, type Grant } from './compiled-statement.ts';
import { LOCAL_OPERATOR_ARN } from './credentials.ts';
import type { PolicyStatement } from './policy-document.ts';

/** Decisions kept per role: object ARNs are endless, so the memory for them is not. */
const MAX_REMEMBERED_DECISIONS = 5_000;

/** A role as far as deciding is concerned. */
export interface AuthorizedRole {
  readonly arn: string;
  readonly statements: readonly PolicyStatement[];
}

/** A permission that was asked for and refused. */
export interface Denial {
  readonly action: string;
  readonly resource: string;
  /** The statement that forbids it; none when no statement allows it. */
  readonly deniedBy?: string;
  count: number;
}

/** What one role was granted and has asked for so far. */
export interface RoleUsage {
  readonly roleArn: string;
  /** Each pair of action and resource that its Allow statements name. */
  readonly grants: readonly Readonly<Grant>[];
  readonly denials: readonly Readonly<Denial>[];
}

/** Decides calls by the roles' policies and keeps count. */
export interface Authorizer {
  /** Whether the principal's policy allows the permission: some statement must, and none may deny it. */
  authorize(principal: Principal, permission: RequiredPermission): boolean;
  /** The same answer for a question that is no call: it leaves no trace in {@link usage}. */
  wouldAllow(principal: Principal, permission: RequiredPermission): boolean;
  /** Of every role, in the order in which they were given; the local operator is not among them. */
  usage(): RoleUsage[];
}

interface Decision {
  readonly used: readonly Grant[];
  readonly denial?: Denial;
}

/** Builds the evaluator of identity policies; {@link LOCAL_OPERATOR_ARN} may do everything, unknown roles nothing. */
export function createAuthorizer(roles: readonly AuthorizedRole[]): Authorizer {
  const policies = new Map(roles.map((role) => [role.arn, new RolePolicy(role)]));
  return {
    authorize(principal, permission) {
      if (principal.roleArn === LOCAL_OPERATOR_ARN) return true;
      return policies.get(principal.roleArn)?.authorize(permission) ?? false;
    },
    wouldAllow(principal, permission) {
      if (principal.roleArn === LOCAL_OPERATOR_ARN) return true;
      return policies.get(principal.roleArn)?.wouldAllow(permission) ?? false;
    },
    usage: () => [...policies.values()].map((policy) => policy.usage()),
  };
}

class RolePolicy {
  readonly #arn: string;
  readonly #statements: readonly CompiledStatement[];
  readonly #remembered = new Map<string, Decision>();
  readonly #denials = new Map<string, Denial>();

  constructor(role: AuthorizedRole) {
    this.#arn = role.arn;
    this.#statements = role.statements.map(compileStatement);
  }

  authorize(permission: RequiredPermission): boolean {
    const decision = this.#recall(permission);
    for (const grant of decision.used) grant.uses += 1;
    if (decision.denial) decision.denial.count += 1;
    return decision.denial === undefined;
  }

  wouldAllow(permission: RequiredPermission): boolean {
    return this.#recall(permission).denial === undefined;
  }

  usage(): RoleUsage {
    const denials = [...this.#denials.values()].filter((denial) => denial.count > 0);
    const allowing = this.#statements.filter((statement) => statement.effect === 'Allow');
    const grants = allowing.flatMap((statement) => statement.grants.map(({ grant }) => ({ ...grant })));
    return { roleArn: this.#arn, grants, denials: denials.map((denial) => ({ ...denial })) };
  }

  #recall(permission: RequiredPermission): Decision {
    const key = `${permission.action} ${permission.resource}`;
    const remembered = this.#remembered.get(key);
    if (remembered) return remembered;
    const { decision, isConditional } = this.#decide(permission);
    if (!isConditional) {
      if (this.#remembered.size >= MAX_REMEMBERED_DECISIONS) this.#remembered.clear();
      this.#remembered.set(key, decision);
    }
    return decision;
  }

  #decide(permission: RequiredPermission): { decision: Decision; isConditional: boolean } {
    const matching = this.#statements
      .map((statement) => ({ statement, grants: statement.grants.filter((grant) => grant.matches(permission)) }))
      .filter(({ grants }) => grants.length > 0);
    const isConditional = matching.some(({ statement }) => statement.isConditional);
    const applying = matching.filter(({ statement }) => statement.holds(permission));
    const forbidding = applying.find(({ statement }) => statement.effect === 'Deny');
    if (forbidding || applying.length === 0) {
      return { decision: { used: [], denial: this.#denial(permission, forbidding?.statement.source) }, isConditional };
    }
    const used = applying.flatMap(({ grants }) => grants.map(({ grant }) => grant));
    return { decision: { used }, isConditional };
  }

  #denial({ action, resource }: RequiredPermission, deniedBy: string | undefined): Denial {
    const key = `${action} ${resource} ${deniedBy}`;
    const denial = this.#denials.get(key) ?? { action, resource, ...(deniedBy && { deniedBy }), count: 0 };
    this.#denials.set(key, denial);
    return denial;
  }
}
