/** The sessions that this agent can open, as hello tells and orders require. An order that requires more is refused. */
export const AGENT_SESSION_FEATURES: readonly string[] = ['session-shell'];
