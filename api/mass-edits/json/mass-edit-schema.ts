import { type Static, type TProperties, Type } from 'typebox';
import { FAILURE_REASONS, NO_COUNTS, STAGE_NAMES } from '../../../workflows/contract.ts';
import { nullable, nullableText, oneOf } from '../../schema-parts.ts';
import { ReadingSchema, UnreadColumnsSchema } from './file-format-json.ts';

const time = () => Type.String({ format: 'date-time' });
const whole = (description?: string) => Type.Integer({ minimum: 0, ...(description ? { description } : {}) });

export const OptionsSchema = Type.Object({
  resetEmptyFields: Type.Boolean({ description: 'An empty cell clears the value' }),
  deleteMissingUsers: Type.Boolean({
    description: 'Users that are not in the file are deleted, once a person approves',
  }),
  review: oneOf(['deletions', 'always'], 'When the gate waits for a person: if a user would be deleted, or always'),
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
  {
    description: 'The stage that runs, or was the last to; of a mass edit that was applied to its end, the last stage',
  },
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

const UsersCountedSchema = Type.Object(
  {
    before: whole('Live users when the plan was frozen'),
    byOthers: Type.Integer({
      description: 'Users that others made or restored meanwhile, less those that others deleted',
    }),
    expected: Type.Integer({ description: 'before + byOthers + created + restored - deleted' }),
    after: whole('Live users at the end. Other than expected: a fault of the service, and the outcome is failed'),
  },
  { description: 'The active users, counted twice. Null before the end, and if no plan was made' },
);

const FindingsSchema = Type.Object({
  limit: whole('How many findings are listed: the first ones. Warnings take half of these places at most'),
  notListed: whole('How many more there are. They are in `counts` and in the groups by code, and nowhere else'),
});

const PERSON = {
  email: nullableText(),
  externalId: nullableText(),
  firstName: Type.String(),
  lastName: nullableText(),
};
const PersonSchema = Type.Object(PERSON);
const KeptSchema = Type.Object({
  ...PERSON,
  reason: oneOf(['uploader', 'admin']),
});

const LISTED = {
  tokenHolders: whole('How many of them have an access token. Their tokens stop at once'),
  managers: whole('How many of them stand above users who stay, in a hierarchy'),
  reports: whole('How many users who stay they stand above, together'),
};

const DeletionSchema = Type.Object({
  count: whole('How many users would be deleted'),
  ofUsers: whole('Of how many'),
  percent: Type.Number(),
  listDigest: Type.String({ description: 'Names the list; an approval carries it' }),
  expiresAt: nullable(time()),
  countRequired: Type.Boolean({ description: 'Whether an approval must carry the count' }),
  ...LISTED,
  withTokens: Type.Array(PersonSchema, {
    description: 'Who of them has an access token, while the mass edit waits; the first hundred',
  }),
  kept: Type.Array(KeptSchema, { description: 'Not in the file and kept all the same; the first hundred' }),
});

const reasonOf = <const Name extends string, Numbers extends TProperties>(name: Name, numbers: Numbers) =>
  Type.Object({ reason: Type.Literal(name), ...numbers });
/** One reason of each kind; of `many_new_segments` one for each attribute. */
const GateReasonSchema = Type.Union([
  reasonOf('deletions', {
    count: whole('How many users would be deleted'),
    ofUsers: whole('Of how many'),
    deletedLastDay: whole('How many were deleted in the 24 hours before. They count towards the limits'),
    ...LISTED,
  }),
  reasonOf('answers_removed', {
    answers: whole('How many answers would be taken out of reports'),
    comments: whole('How many of them have a comment'),
    users: whole('Whose answers: so many users'),
    ofAnswers: whole('Of how many that are in reports'),
    surveys: Type.Array(Type.Object({ name: Type.String(), answers: whole(), comments: whole() }), {
      description: 'The surveys that lose most',
    }),
    moreSurveys: whole('How many other surveys lose answers'),
  }),
  reasonOf('many_created', { created: whole('How many users would be created'), ofUsers: whole('Beside how many') }),
  reasonOf('many_new_segments', {
    attribute: Type.String(),
    segments: whole('How many segments would be created in it'),
    ofCells: whole('How many cells of the column are filled'),
    allNew: Type.Boolean({ description: 'No cell of the column names a segment that is there' }),
    examples: Type.Array(Type.String(), { description: 'The first of the new names' }),
  }),
  reasonOf('review', {}),
]);

const GateSchema = Type.Object(
  {
    reasons: Type.Array(GateReasonSchema),
    expiresAt: nullable(time()),
    countRequired: Type.Boolean({ description: 'Whether an approval must carry `count`' }),
    answersCountRequired: Type.Boolean({ description: 'Whether an answer must carry `answersCount`' }),
    secondPersonRequired: Type.Boolean({ description: 'Whether another user than the uploader has to approve' }),
  },
  { description: 'Why the mass edit waits, or waited, for a person' },
);

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
  encoding: nullableText(),
  delimiter: nullableText(),
  sample: nullable(SampleSchema),
  samples: Type.Array(SampleSchema, { description: 'The first of these cells' }),
  reading: ReadingSchema,
  unreadColumns: UnreadColumnsSchema,
  unreadColumnCount: whole('How many columns with data were not read'),
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

/** One mass edit, in the answer at its address, in lists, and to every request that changes it. */
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
  usersCounted: nullable(UsersCountedSchema),
  findings: FindingsSchema,
  deletion: nullable(DeletionSchema),
  gate: nullable(GateSchema),
  decision: nullable(oneOf(['approve', 'skip_deletions', 'cancel', 'expire'])),
  cancelRequestedAt: nullable(time()),
  waitsForWorker: Type.Boolean({ description: 'No worker is running that could go on. It goes on when one is back' }),
  startedBy: nullable(Type.String({ description: 'Email or external id' })),
  startedByName: nullableText(),
  decidedBy: nullable(
    Type.String({
      description:
        'Email or external id; "operator …" with the identity of an operator who answered in the engine; null if the clock decided',
    }),
  ),
  decidedByName: nullableText(),
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
