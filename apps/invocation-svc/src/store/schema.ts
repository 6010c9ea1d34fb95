import type { WithClientTokens, WithOutbox, WithVaultCheck } from '@muster/db';
import type { BacklogTable } from './tables/backlog.ts';
import type { HistoryCountTable } from './tables/history-count.ts';
import type { InstanceTable } from './tables/instance.ts';
import type { InvocationTable } from './tables/invocation.ts';
import type { InvocationTaskTable } from './tables/invocation-task.ts';
import type { InvokerTable } from './tables/invoker.ts';
import type { InvokerSlotTable } from './tables/invoker-slot.ts';
import type { OrphanTable } from './tables/orphan.ts';
import type { RegisterCodeTable } from './tables/register-code.ts';
import type { RestorationTable } from './tables/restoration.ts';
import type { RevokedKeyTable } from './tables/revoked-key.ts';
import type { RunMakerTable } from './tables/run-maker.ts';
import type { OutputTotalTable, StoredOutputTable } from './tables/stored-output.ts';
import type { TagTable } from './tables/tag.ts';
import type { TaskOutputTable } from './tables/task-output.ts';
import type { TenantTable } from './tables/tenant.ts';

/** The tables of invocation.db. */
export interface Schema extends WithOutbox, WithClientTokens, WithVaultCheck {
  instance: InstanceTable;
  register_code: RegisterCodeTable;
  revoked_key: RevokedKeyTable;
  restoration: RestorationTable;
  orphan: OrphanTable;
  tenant: TenantTable;
  invocation: InvocationTable;
  invocation_task: InvocationTaskTable;
  run_maker: RunMakerTable;
  history_count: HistoryCountTable;
  backlog: BacklogTable;
  task_output: TaskOutputTable;
  stored_output: StoredOutputTable;
  output_total: OutputTotalTable;
  instance_tag: TagTable;
  invoker: InvokerTable;
  invoker_slot: InvokerSlotTable;
  invoker_tag: TagTable;
  register_code_tag: TagTable;
  /** The tags that a run's command had when it ran. */
  invocation_command_tag: TagTable;
}
