import type { Principal, RequiredPermission } from './aws-endpoint/service.ts';

/** Checks one permission of a role against its synthesized policy. @throws AccessDeniedError */
export type Authorize = (principal: Principal, permission: RequiredPermission) => void | Promise<void>;
