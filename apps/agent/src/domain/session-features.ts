/** The sessions that this agent can open, as hello tells and orders require. An order that requires more is refused. */
export const AGENT_SESSION_FEATURES: readonly string[] = ['session-shell', 'session-files', 'session-forward'];

/** Those of them that this machine has: terminals, users and trees of processes are Linux's. */
export function supportedSessions(platform: NodeJS.Platform): readonly string[] {
  return platform === 'linux' ? AGENT_SESSION_FEATURES : [];
}
