let offsetMs = 0;

/** Takes the server's time from an answer; its header counts whole seconds. */
export function noteServerTime(dateHeader: string | null): void {
  const serverMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(serverMs)) return;
  const measured = serverMs - Date.now();
  // A second or two is the header's rounding and the way here, and would make relative times flicker.
  if (Math.abs(measured - offsetMs) > 2_000) offsetMs = measured;
}

/** Now, as the server sees it (epoch ms): what it says of times must not depend on a wrong clock in front of the screen. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}
