import * as z from 'zod';
import { permissions, roles } from '../domain/permissions.ts';
import { rolloutFlags } from '../domain/rollout-flags.ts';
import { emailAddress, plainLine } from './schema-fields.ts';

/** PUT /v1/members/{userId}. */
export const memberRequest = z
  .strictObject({ email: emailAddress, name: plainLine.trim().min(1).max(200), role: z.enum(roles) })
  .meta({ id: 'MemberRequest' });

export type MemberRequest = z.output<typeof memberRequest>;

export const memberView = z
  .object({ userId: z.string(), email: z.string(), name: z.string(), role: z.enum(roles) })
  .meta({ id: 'Member' });

export type MemberView = z.output<typeof memberView>;

export const memberListView = z.object({ data: z.array(memberView) }).meta({ id: 'MemberList' });

export type MemberListView = z.output<typeof memberListView>;

export const meView = z
  .object({
    user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
    account: z.object({ id: z.string() }),
    role: z.enum(roles),
    permissions: z.array(z.enum(permissions)),
    rollout: rolloutFlags,
  })
  .meta({ id: 'Me' });

export type MeView = z.output<typeof meView>;
