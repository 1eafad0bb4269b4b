import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { failureMessageOf, failureReasonOf } from '../../workflows/failure.ts';

const failed = (cause: Error, retryState: 'TIMEOUT' | 'NON_RETRYABLE_FAILURE'): ActivityFailure =>
  new ActivityFailure('Activity task failed', 'upsertUsers', '5', retryState, 'recorded', cause);

describe('the message of a failed workflow', () => {
  it('has the stage and the kind of fault that the stage reported', () => {
    const error = failed(
      ApplicationFailure.nonRetryable('Upsert users: Database 54000 (value_refused)', 'value_refused'),
      'NON_RETRYABLE_FAILURE',
    );
    expect(failureMessageOf(error, failureReasonOf(error))).toBe(
      'A stage could not be done (value_refused). Upsert users: Database 54000 (value_refused)',
    );
  });

  it('has the stage even if the stage ran out of time and reported nothing', () => {
    const error = failed(
      new TimeoutFailure('activity ScheduleToClose timeout', undefined, 'SCHEDULE_TO_CLOSE'),
      'TIMEOUT',
    );
    expect(failureMessageOf(error, failureReasonOf(error))).toBe(
      'A stage could not be done (timed_out). upsertUsers: activity ScheduleToClose timeout',
    );
  });
});
