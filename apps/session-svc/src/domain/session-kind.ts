/** What a session is for. */
export const SESSION_KINDS = ['SHELL', 'FILES', 'FORWARD'] as const;
export type SessionKindName = (typeof SESSION_KINDS)[number];
