/** What an agent says at hello that it can open, by the kind of session. One that does not say it is too old for that kind. */
export const SESSION_FEATURES = {
  SHELL: 'session-shell',
  FILES: 'session-files',
  FORWARD: 'session-forward',
} as const;
