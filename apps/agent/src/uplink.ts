import type { MessageInitShape } from '@bufbuild/protobuf';
import type { OutputChunkSchema, OutputReply, ResultReply, ResultReportSchema, StartReply } from '@muster/contract';

/** What tasks say to the service. Every call throws NoAnswer when the agent is offline or nobody answers in time. */
export interface Uplink {
  /** May the task start? */
  start(invocationTaskId: string, claim: string): Promise<StartReply>;
  output(chunks: MessageInitShape<typeof OutputChunkSchema>[]): Promise<OutputReply>;
  result(report: MessageInitShape<typeof ResultReportSchema>): Promise<ResultReply>;
}
