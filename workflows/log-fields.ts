import { type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';

/** Each line that a workflow logs has the ids that stand in its memo. Lines are no commands, so a replay does not see this. */
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
