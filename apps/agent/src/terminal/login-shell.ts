import type { SessionOrder } from '@muster/contract';
import { shellProgram } from '../domain/shell-program.ts';
import { placeOf } from '../domain/stand-in.ts';
import { accountFor, CannotStart } from '../supervisor/account.ts';
import type { Openable } from './endpoint.ts';
import { nativePty } from './native-pty.ts';
import type { EndpointContext } from './open-endpoint.ts';
import { openPty } from './pty.ts';
import { reportingInput } from './typed-input.ts';

/** A login shell of the order's user in a terminal. Throws CannotStart. */
export async function loginShell(order: SessionOrder, { inherited, groups }: EndpointContext): Promise<Openable> {
  const { sessionId, instanceId, columns, rows, reportInput } = order;
  const { username, workingDirectory } = placeOf(order, inherited.standIn);
  const { user, switchTo, path } = await accountFor(username, { what: 'a shell', path: inherited.path });
  const native = nativePty();
  if (!native)
    throw new CannotStart(
      `the agent opens no terminals on this machine: it comes without the addon for ${process.platform} on ${process.arch}`,
    );
  return {
    name: user.shell,
    open(sink) {
      const program = shellProgram({
        ...{ sessionId, user, switchTo, workingDirectory, path },
        groups: groups.make({ instanceId, invocationTaskId: sessionId }),
        lang: inherited.lang,
      });
      const pty = openPty(native, { ...program, columns, rows, uid: user.uid }, (bytes) => sink.output(bytes));
      return reportInput ? reportingInput(pty, sink) : pty;
    },
  };
}
