import { type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';

/**
 * Adds the ids of the workflow's memo to each line that it logs. Log lines are not commands, so a replay is not
 * affected.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      getLogAttributes: (attributes, next) => {
        const { organizationId, massEditId } = workflowInfo().memo ?? {};
        return next({ ...attributes, organizationId, massEditId });
      },
    },
  ],
});
