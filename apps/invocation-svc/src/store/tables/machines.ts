import type { WithOutbox } from '@muster/db';
import type { InstanceTable } from './instance.ts';
import type { RegisterCodeTable } from './register-code.ts';
import type { TenantTable } from './tenant.ts';

/** The tables that machines are kept in; part of the service's schema. */
export interface MachineSchema extends WithOutbox {
  instance: InstanceTable;
  register_code: RegisterCodeTable;
  tenant: TenantTable;
}
