import { closeSync, openSync } from 'node:fs';
import type { SessionOrder } from '@muster/contract';
import { programOf } from '../domain/shell-program.ts';
import { placeOf } from '../domain/stand-in.ts';
import { accountFor } from '../supervisor/account.ts';
import type { Openable } from './endpoint.ts';
import type { EndpointContext } from './open-endpoint.ts';
import { openPiped } from './piped-program.ts';
import { programFile } from './program-file.ts';

/** The descriptors that the file server finds its script and its Node.js on. */
const SCRIPT = 4;
const NODE = 5;
/** Reads the bundled script, which may lie where the user cannot go, and runs it. */
const BOOT = `const { closeSync, readFileSync } = require('node:fs');
const script = readFileSync(${SCRIPT}, 'utf8');
closeSync(${SCRIPT});
closeSync(${NODE});
new Function('require', 'module', 'exports', script)(require, module, exports);`;

/** The agent's file server as the order's user (docs/file-transfer.md). `script` is a bundle, or its source. Throws CannotStart. */
export async function fileServer(
  order: SessionOrder,
  { inherited, groups }: EndpointContext,
  script = programFile('files-server'),
): Promise<Openable> {
  const { sessionId, instanceId } = order;
  const { username } = placeOf(order, inherited.standIn);
  const { user, switchTo, path } = await accountFor(username, { what: 'a file server', path: inherited.path });
  const boot = script.endsWith('.ts') ? [script] : ['--eval', BOOT];
  return {
    name: 'files',
    open(sink) {
      const program = programOf(
        {
          ...{ sessionId, user, switchTo, path, lang: inherited.lang },
          groups: groups.make({ instanceId, invocationTaskId: sessionId }),
        },
        [`/proc/self/fd/${NODE}`, ...boot],
      );
      // opened here, by whoever the agent is: the user need not be able to
      const passed = [openSync(script, 'r'), openSync(process.execPath, 'r')];
      try {
        return openPiped({ ...program, passed }, sink);
      } finally {
        for (const each of passed) closeSync(each);
      }
    },
  };
}
