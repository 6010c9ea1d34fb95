/** What a user is told about something that went wrong. */
export interface Failure {
  readonly message: string;
  /** The TAT or CAM code, when the gateway gave one. */
  readonly code?: string;
  readonly field?: string;
  readonly action?: string;
  readonly resource?: string;
  /** What to do next. */
  readonly hint?: string | undefined;
  readonly exitCode: number;
}

/** One line: what went wrong, the code in brackets, what to do next. */
export function failureLine({ message, code, hint, action, resource }: Failure): string {
  const named = action && !message.includes(action) ? `${message}: ${action} on ${resource ?? '*'}` : message;
  return `${named}${code ? ` [${code}]` : ''}${hint ? `; ${hint}` : ''}`;
}
