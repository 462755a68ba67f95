const TAB_KEY = 'waybill.tab';

/**
 * Takes this tab's session storage for this tab. A browser copies it into a duplicate of the tab, and two tabs must not
 * renew by one refresh token: identity providers take its second use for theft and end both sessions.
 * @returns false in the duplicate
 */
export async function claimTab(): Promise<boolean> {
  if (await hold(sessionStorage.getItem(TAB_KEY) ?? freshId())) return true;
  await hold(freshId());
  return false;
}

function freshId(): string {
  const id = crypto.randomUUID();
  sessionStorage.setItem(TAB_KEY, id);
  return id;
}

/** Holds a lock of this name for as long as the page lives. @returns false when another page holds it */
function hold(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(`${TAB_KEY}.${name}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => {});
    });
  });
}
