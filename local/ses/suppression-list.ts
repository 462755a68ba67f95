import * as z from 'zod';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { type SuppressionReason, suppressionReasons } from '../template/plan/mail.ts';

/** The addresses this account no longer sends to. */
export interface SuppressionList {
  /** Whether the address is on the list for one of the reasons. */
  has(address: string, reasons: readonly SuppressionReason[]): boolean;
  /** Keeps the first reason of an address that is on the list already. */
  add(address: string, reason: SuppressionReason): void;
}

const schema = z.record(z.string(), z.enum(suppressionReasons));

/** Opens the list that a file keeps. */
export function openSuppressionList(file: string): SuppressionList {
  const listed = new Map(Object.entries(readJsonFile(file, schema) ?? {}));
  return {
    has(address, reasons) {
      const reason = listed.get(address.toLowerCase());
      return reason !== undefined && reasons.includes(reason);
    },
    add(address, reason) {
      if (listed.has(address.toLowerCase())) return;
      listed.set(address.toLowerCase(), reason);
      writeJsonFile(file, Object.fromEntries(listed));
    },
  };
}
