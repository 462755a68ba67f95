const RELOADED_KEY = 'waybill.reloaded-at';
const ONCE_IN_MS = 60_000;

/**
 * A page that was open during a deployment asks for parts of itself that are gone: it is loaded again. Not twice within
 * a minute, for then something else is wrong, and the error page says so.
 * @see https://vite.dev/guide/build.html#load-error-handling
 */
export function reloadWhenStale(): void {
  window.addEventListener('vite:preloadError', () => {
    const last = Number(sessionStorage.getItem(RELOADED_KEY) ?? 0);
    if (Date.now() - last < ONCE_IN_MS) return;
    sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
    window.location.reload();
  });
}
