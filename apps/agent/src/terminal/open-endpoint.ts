import { type SessionOrder, SessionProgram } from '@muster/contract';
import { CannotStart } from '../supervisor/account.ts';
import type { ControlGroups } from '../supervisor/control-groups.ts';
import type { Inherited } from '../supervisor/prepare.ts';
import type { Openable } from './endpoint.ts';
import { fileServer } from './files-program.ts';
import { forwardConnection } from './forward-connection.ts';
import { loginShell } from './login-shell.ts';

/** What an endpoint needs of the machine. */
export interface EndpointContext {
  readonly inherited: Inherited;
  /** What is started joins the groups made here for the order's session, and so is found again. */
  readonly groups: ControlGroups;
}

type Prepare = (order: SessionOrder, context: EndpointContext) => Promise<Openable>;

/** What can be opened, by the order's program. */
const PROGRAMS: Readonly<Partial<Record<SessionProgram, Prepare>>> = {
  [SessionProgram.UNSPECIFIED]: loginShell,
  [SessionProgram.SHELL]: loginShell,
  [SessionProgram.FILES]: fileServer,
  [SessionProgram.FORWARD]: forwardConnection,
};

/** Finds out whether what an order asks for can be opened on this machine; throws CannotStart with a sentence for people. */
export async function prepareEndpoint(order: SessionOrder, context: EndpointContext): Promise<Openable> {
  const prepare = PROGRAMS[order.program];
  if (!prepare)
    throw new CannotStart('this version of the agent does not know what the session is to open; upgrade it');
  return prepare(order, context);
}
