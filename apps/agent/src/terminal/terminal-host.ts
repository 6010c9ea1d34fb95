import type { FromHost, ToHost } from './host-messages.ts';
import { Shells } from './shells.ts';

// A program of its own, which holds the terminals: nothing else that the agent starts can inherit them, and none outlives the agent.
let shells: Shells | undefined;
let ending: Promise<void> | undefined;

process.on('message', (message: ToHost) => {
  if (message.kind === 'setup') shells = new Shells(message.setup, say);
  else if (message.kind === 'end') void end();
  else shells?.hear(message);
});
// the agent is gone, in whatever way
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());

function say(message: FromHost): void {
  // to an agent that is gone there is nothing to say
  if (process.connected) process.send!(message, undefined, undefined, () => undefined);
}

async function end(): Promise<void> {
  ending ??= shells?.end() ?? Promise.resolve();
  await ending;
  // what was said before goes out first; the end of the pipe calls again
  if (process.connected) process.disconnect();
  else process.exit();
}
