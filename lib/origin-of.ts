import { Fn } from 'aws-cdk-lib';

/** `https://host` of `https://host/path`, also of a value that is known only when the stack is deployed. */
export function originOf(url: string): string {
  const parts = Fn.split('/', url);
  return Fn.join('//', [Fn.select(0, parts), Fn.select(2, parts)]);
}
