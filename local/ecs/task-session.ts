/**
 * Tells tasks apart that act as one role, as the name of a role's session does on AWS: by what a task does, and by which it is.
 * A task sends it along as its session token.
 */
export function taskSession(environment: Readonly<Record<string, string>>, taskArn: string): string {
  return `${environment.ROLE ?? 'alone'}/${taskArn.slice(taskArn.lastIndexOf('/') + 1)}`;
}

/** What the task of a session does: the worker's `ROLE`. */
export function jobOf(session: string): string {
  return session.slice(0, session.indexOf('/'));
}

export function isSessionOf(session: string, taskArn: string): boolean {
  return taskArn.endsWith(session.slice(session.indexOf('/')));
}
