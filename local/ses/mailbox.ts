import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { outcomes } from './outcome.ts';

/** Older mails are thrown away. */
const MAX_MAILS = 1_000;

const storedMail = z.object({
  /** The id SES answered with; ids sort by time. */
  id: z.string(),
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  /** Empty when the mail has none. */
  html: z.string(),
  tags: z.record(z.string(), z.string()),
  /** ISO 8601 */
  sentAt: z.string(),
  outcome: z.enum(outcomes),
});

/** A mail that SES took, whatever became of it. */
export type StoredMail = z.output<typeof storedMail>;

/** All mail that was sent, to whomever. */
export interface Mailbox {
  /** Newest first. @param to only what went to this address, in any case @default all */
  list(to?: string): readonly StoredMail[];
  find(id: string): StoredMail | undefined;
  add(mail: StoredMail): void;
}

/** Opens the mails that a folder keeps, one file each. */
export function openMailbox(directory: string): Mailbox {
  mkdirSync(directory, { recursive: true });
  const fileOf = (id: string) => join(directory, `${id}.json`);
  const mails = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => readJsonFile(join(directory, name), storedMail) ?? []);
  return {
    list: (to) => mails.filter((mail) => to === undefined || mail.to.toLowerCase() === to.toLowerCase()).reverse(),
    find: (id) => mails.find((mail) => mail.id === id),
    add(mail) {
      writeJsonFile(fileOf(mail.id), mail);
      mails.push(mail);
      for (const { id } of mails.splice(0, mails.length - MAX_MAILS)) rmSync(fileOf(id), { force: true });
    },
  };
}
