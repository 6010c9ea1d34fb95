import { createClient } from '@connectrpc/connect';
import { SessionService } from '@muster/contract';
import { transport } from '../api/clients.ts';

/** Apart from the other clients: only the pages of terminals and recordings load it. */
export const sessions = createClient(SessionService, transport);
