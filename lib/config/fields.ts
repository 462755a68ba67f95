import { Token } from 'aws-cdk-lib';
import * as z from 'zod';

/** @param fix what the value must be, as the message has it */
export const text = (fix: string) => z.string(fix).min(1, fix);

/** A value of another resource is known only when the stack is deployed, so nothing is asked of it. */
export function textThat(isRight: (value: string) => boolean, fix: string) {
  return z.string(fix).refine((value) => Token.isUnresolved(value) || isRight(value), fix);
}

export const textLike = (pattern: RegExp, fix: string) => textThat((value) => pattern.test(value), fix);

/** Whether it is what browsers send as `Origin`: lower case, no path, no slash, no port that goes without saying. */
const isOrigin = (value: string) =>
  /^https?:\/\/[\w.-]+(?::\d+)?$/.test(value) && URL.canParse(value) && new URL(value).origin === value;

/** Pages or endpoints by their origins, none by default. */
export const origins = (fix: string) => z.array(textThat(isOrigin, fix), fix).readonly().default([]);

export function wholeNumber(from: number, to: number, meaning: string) {
  const fix = `must be a whole number from ${from} to ${to}: ${meaning}`;
  return z.int(fix).min(from, fix).max(to, fix);
}

export function oneOf<const Value extends number>(values: readonly Value[], meaning: string) {
  return z.literal(values, `must be one of ${values.join(', ')}: ${meaning}`);
}

export const flag = (meaning: string) => z.boolean(`must be true or false: ${meaning}`);

export const list = (meaning: string) => {
  const fix = `must be a list of at least one ${meaning}`;
  return z.array(text(fix), fix).min(1, fix);
};
