/** A promise of Waybill to those who use it or run it. */
export interface Promised {
  readonly promise: string;
  /** Proofs that are run by hand, beside the tests, as their figures tell. */
  readonly commands?: readonly string[];
}

export interface PromiseSection {
  readonly title: string;
  /** By the tag that tests carry which hold it. */
  readonly promises: Readonly<Record<string, Promised>>;
}
