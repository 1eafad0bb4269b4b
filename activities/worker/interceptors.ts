import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Lane, MassEditRef } from '../../workflows/contract.ts';
import type { WorkerMetrics } from './metrics.ts';

/**
 * Runs around every activity: adds the ids of the mass edit to each log line and measures the time. The first argument
 * of an activity is the reference to its mass edit.
 */
export const aroundActivities =
  (lane: Lane, metrics: WorkerMetrics): ActivityInterceptorsFactory =>
  ({ info }: Context) => {
    let edit: Partial<MassEditRef> = {};
    return {
      inbound: {
        async execute(input, next) {
          edit = refOf(input.args[0]);
          const done = metrics.began(lane, info);
          try {
            const result = await next(input);
            done(result);
            return result;
          } catch (error) {
            done(error);
            throw error;
          }
        },
      },
      outbound: {
        getLogAttributes: (attributes, next) => next({ ...attributes, ...edit }),
      },
    };
  };

function refOf(argument: unknown): Partial<MassEditRef> {
  const { organizationId, massEditId } = (argument ?? {}) as Partial<MassEditRef>;
  return { organizationId, massEditId };
}
