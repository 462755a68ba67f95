export interface GenerateModalProps {
  /** Where `type`, `from` and `filters` come from: see generate-path.ts. */
  readonly search: URLSearchParams;
  /** The event in whose report center it opens. */
  readonly eventId: string | undefined;
  /** @param created whether an export was queued */
  readonly onClose: (created: boolean) => void;
}

/** From the catalog to a queued export, in two steps. */
export function GenerateModal(_: GenerateModalProps) {
  return null;
}
