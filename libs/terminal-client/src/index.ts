/**
 * The client of a session's terminal, for browsers and Node (docs/sessions.md). One class:
 *
 *     const link = new TerminalLink({
 *       connect: () => new WebSocket('wss://gateway/terminal'),
 *       ticket: async (which) => ({ ticket, token }),      // OpenSession first, ResumeSession or JoinSession again
 *       mayRetry: (error) => isUnavailable(error),         // whether a ticket that could not be had is worth another try
 *       role: 'drive',
 *       size: { columns: 80, rows: 24 },
 *       handlers: {
 *         output: (bytes, drawn) => terminal.write(bytes, drawn),
 *         reset: () => terminal.reset(),
 *         state: (state) => showBar(state),
 *         ended: (end) => showEnd(end),
 *       },
 *     });
 *     link.open();
 *     link.type(bytes);
 *
 * It makes the connection again by itself, loses no byte and repeats none in both directions, and has no I/O but the socket and timers.
 */
export * from './kept-input.ts';
export * from './link-options.ts';
export * from './terminal-link.ts';
