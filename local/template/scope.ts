import type { Template } from './template.ts';
import type { Place } from './template-error.ts';

/** What intrinsics look up. */
export interface Scope {
  readonly mappings: Template['Mappings'];
  /** The value of `Ref`; an array for list parameters, undefined for `AWS::NoValue`. */
  ref(name: string, place: Place): unknown;
  attribute(logicalId: string, name: string, place: Place): string;
  condition(name: string, place: Place): boolean;
}
