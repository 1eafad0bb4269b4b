import { type Static, Type } from 'typebox';
import { FAILURE_REASONS, NO_COUNTS, STAGE_NAMES } from '../../workflows/contract.ts';
import { ReadingSchema } from './reading-json.ts';

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const oneOf = <const T extends string>(values: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...(description ? { description } : {}) });
const time = () => Type.String({ format: 'date-time' });
const whole = (description?: string) => Type.Integer({ minimum: 0, ...(description ? { description } : {}) });

export const OptionsSchema = Type.Object({
  resetEmptyFields: Type.Boolean({ description: 'An empty cell clears the value' }),
  deleteMissingUsers: Type.Boolean({
    description: 'Users that are not in the file are deleted, once a person approves',
  }),
  review: oneOf(
    ['deletions', 'always'],
    'When the gate waits for a person: where somebody would be deleted, or always',
  ),
});

const StageStatusSchema = oneOf(['waiting', 'running', 'done', 'not_applied', 'failed']);
const StageNameSchema = oneOf(STAGE_NAMES);

const CurrentStageSchema = Type.Object(
  {
    number: Type.Integer({ minimum: 1, maximum: 7 }),
    of: Type.Integer(),
    name: StageNameSchema,
    done: whole(),
    total: whole(),
    startedAt: nullable(time()),
  },
  { description: 'The stage that runs, or was the last to' },
);

const StageSchema = Type.Object({
  name: StageNameSchema,
  status: StageStatusSchema,
  done: whole(),
  total: whole(),
  startedAt: nullable(time()),
  endedAt: nullable(time()),
});

const CountsSchema = Type.Object(
  Object.fromEntries(Object.keys(NO_COUNTS).map((name) => [name, Type.Integer({ minimum: 0 })])) as Record<
    keyof typeof NO_COUNTS,
    ReturnType<typeof whole>
  >,
  {
    description:
      "The plan's until the end, then what was applied: read = created + updated + unchanged + refused + skipped",
  },
);

const FindingsSchema = Type.Object({
  limit: whole('How many findings are listed: the first ones. Warnings take half of these places at most'),
  notListed: whole('How many more there are. They are in `counts` and in the groups by code, and nowhere else'),
});

const KeptSchema = Type.Object({
  email: nullable(Type.String()),
  externalId: nullable(Type.String()),
  firstName: Type.String(),
  lastName: nullable(Type.String()),
  reason: oneOf(['uploader', 'admin']),
});

const DeletionSchema = Type.Object({
  count: whole('How many users would be deleted'),
  ofUsers: whole('Of how many'),
  percent: Type.Number(),
  listDigest: Type.String({ description: 'Names the list; an approval carries it' }),
  expiresAt: nullable(time()),
  countRequired: Type.Boolean({ description: 'Whether an approval must carry the count' }),
  kept: Type.Array(KeptSchema, { description: 'Not in the file and kept all the same; the first hundred' }),
});

const SampleSchema = Type.Object(
  { line: Type.Integer(), value: Type.String() },
  { description: 'A cell that shows what a converted encoding made of the file' },
);

const FileSchema = Type.Object({
  name: Type.String(),
  sizeBytes: whole(),
  sha256: Type.String({ description: 'Of the bytes as they came, in hex' }),
  kept: Type.Boolean({ description: 'Whether its bytes are still there. Those of a file that is no CSV are not' }),
  rows: nullable(whole()),
  encoding: nullable(Type.String()),
  delimiter: nullable(Type.String()),
  sample: nullable(SampleSchema),
  samples: Type.Array(SampleSchema, { description: 'The first of these cells' }),
  reading: ReadingSchema,
});

const LinksSchema = Type.Object({
  self: Type.String(),
  rows: Type.String(),
  findings: Type.String(),
  missingUsers: Type.String(),
  errorLog: Type.String(),
  file: Type.String(),
  approval: Type.String(),
  cancellation: Type.String(),
});

/** One mass edit, as it is shown: at its address, in lists, and in the answer to every request that changes it. */
export const MassEditSchema = Type.Object({
  id: Type.String({ format: 'uuid' }),
  organizationId: Type.String({ format: 'uuid' }),
  state: oneOf(['validating', 'awaiting_approval', 'applying', 'ended']),
  outcome: nullable(oneOf(['completed', 'completed_with_errors', 'failed', 'cancelled', 'expired'])),
  file: FileSchema,
  options: OptionsSchema,
  stage: CurrentStageSchema,
  stages: Type.Array(StageSchema),
  counts: CountsSchema,
  findings: FindingsSchema,
  deletion: nullable(DeletionSchema),
  decision: nullable(oneOf(['approve', 'skip_deletions', 'cancel', 'expire'])),
  cancelRequestedAt: nullable(time()),
  waitsForWorker: Type.Boolean({ description: 'No worker is running that could go on. It goes on when one is back' }),
  startedBy: nullable(Type.String({ description: 'Email or external id' })),
  startedByName: nullable(Type.String()),
  decidedBy: nullable(
    Type.String({
      description:
        'Email or external id; "operator …" with the identity of an operator who answered in the engine; null if the clock decided',
    }),
  ),
  decidedByName: nullable(Type.String()),
  failure: nullable(
    Type.Object(
      {
        stage: Type.Integer(),
        reason: oneOf(FAILURE_REASONS, 'Why the stage could not be done'),
        reference: Type.String(),
        message: Type.String(),
      },
      { description: 'Where the service itself failed, with a reference for the operator' },
    ),
  ),
  parent: nullable(
    Type.Object(
      { id: Type.String({ format: 'uuid' }), href: Type.String() },
      { description: 'The mass edit whose error log was uploaded, mended, as this one' },
    ),
  ),
  createdAt: time(),
  endedAt: nullable(time()),
  links: LinksSchema,
});
export type MassEditJson = Static<typeof MassEditSchema>;
