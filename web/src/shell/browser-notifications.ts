/** Whether the browser would ask: not when it was answered before, in either way. */
export function mayAskForNotifications(): boolean {
  return 'Notification' in window && Notification.permission === 'default';
}

/** Lets the browser ask; only after a click, as browsers demand and people expect. */
export async function askForNotifications(): Promise<void> {
  await Notification.requestPermission();
}

export interface BrowserNotification {
  readonly title: string;
  readonly body: string;
  /** Of several with one tag, from several tabs, the system shows one. */
  readonly tag: string;
  readonly onClick: () => void;
}

/** Tells people who are in another window, if they have allowed it. */
export function notifyBrowser({ title, body, tag, onClick }: BrowserNotification): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const notification = new Notification(title, { body, tag, icon: '/favicon.svg' });
    notification.onclick = () => {
      window.focus();
      notification.close();
      onClick();
    };
  } catch {
    // Chrome on Android has them in service workers only.
  }
}
