import { list, read, service, write } from './define.ts';

const own = (path: string) => `qcs::batch:$region:$account:${path}`;
const ENV = own('computeenv/$envId');
const ANY_ENV = own('computeenv/*');
const JOB = own('job/$jobId');
const ANY_JOB = own('job/*');
const TEMPLATE = own('tasktemplate/$taskTemplateId');
const ANY_TEMPLATE = own('tasktemplate/*');

/** BatchCompute (CAM section 12.3). What makes something asks about `type/*`. */
export const BATCH = service({
  service: 'batch',
  title: 'BatchCompute',
  complete: true,
  conditionKeys: [],
  actions: [
    write('CreateComputeEnv', 'Makes a compute environment.', ANY_ENV),
    write('CreateCpmComputeEnv', 'Makes a compute environment of physical machines.', ANY_ENV),
    write('ModifyComputeEnv', 'Changes a compute environment.', ENV),
    write('DeleteComputeEnv', 'Deletes a compute environment.', ENV),
    write('TerminateComputeNode', 'Ends a node of a compute environment.', ENV),
    write('TerminateComputeNodes', 'Ends nodes of a compute environment.', ENV),
    write('AttachInstances', 'Puts existing instances into a compute environment.', ENV),
    write('DetachInstances', 'Takes instances out of a compute environment.', ENV),
    read('DescribeComputeEnv', 'Shows a compute environment.', ENV),
    list('DescribeComputeEnvActivities', 'Lists what happened to a compute environment.', ENV),
    read('DescribeComputeEnvCreateInfo', 'Shows how a compute environment was made.', ENV),
    list('DescribeComputeEnvCreateInfos', 'Lists how compute environments were made.', [ENV, ANY_ENV]),
    list('DescribeComputeEnvs', 'Lists compute environments.', [ENV, ANY_ENV]),

    write('SubmitJob', 'Submits a job.', ANY_JOB),
    write('RetryJobs', 'Runs failed jobs again.', JOB),
    write('DeleteJob', 'Deletes a job.', JOB),
    write('TerminateJob', 'Ends a job.', JOB),
    write('TerminateTaskInstance', 'Ends an instance of a task.', JOB),
    read('DescribeJob', 'Shows a job.', JOB),
    read('DescribeJobSubmitInfo', 'Shows how a job was submitted.', JOB),
    list('DescribeJobs', 'Lists jobs.', [JOB, ANY_JOB]),
    read('DescribeTask', 'Shows a task of a job.', JOB),
    read('DescribeTaskLogs', 'Shows the logs of a task.', JOB),

    write('CreateTaskTemplate', 'Makes a task template.', ANY_TEMPLATE),
    write('ModifyTaskTemplate', 'Changes a task template.', TEMPLATE),
    write('DeleteTaskTemplates', 'Deletes task templates.', [TEMPLATE, ANY_TEMPLATE]),
    list('DescribeTaskTemplates', 'Lists task templates.', [TEMPLATE, ANY_TEMPLATE]),

    list('DescribeAvailableCvmInstanceTypes', 'Lists the instance types that can be used.'),
    list('DescribeCpmOsInfo', 'Lists the operating systems of physical machines.'),
    list('DescribeInstanceCategories', 'Lists the categories of instance types.'),
  ],
});
