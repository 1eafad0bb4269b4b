import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { announce } from '../announce.ts';
import type { Refusal } from '../api.ts';
import { useAction } from '../hooks/use-action.ts';
import type { FindingGroup, MassEdit, Page } from '../mass-edit.ts';
import { plain } from '../messages/isolate.ts';
import { deciderOf, questionOf, starterOf } from '../messages/mass-edit-text.ts';
import { type PageContext, usePage } from '../page-context.ts';
import { GateConsequences } from './gate-consequences.tsx';
import { MissingUsersLink } from './missing-users-link.tsx';
import { Modal } from './modal.tsx';
import { Text } from './text.tsx';
import { isTyped, TypedNumber } from './typed-number.tsx';

type Props = {
  edit: MassEdit;
  groups: Page<FindingGroup> | null;
  /** The time to answer has run out. */
  past: boolean;
  onClose: () => void;
  onAnswered: (edit: MassEdit) => void;
  onRefresh: () => void;
};
type Missing = { box: boolean; number: boolean; answers: boolean };
const NOTHING_MISSING: Missing = { box: false, number: false, answers: false };

/** The question and its consequences. Closing it answers nothing. The button that deletes comes last. */
export function GateDialog({ edit, groups, past, onClose, onAnswered, onRefresh }: Props) {
  const page = usePage();
  const { words } = page;
  const text = words.prompt;
  const id = useId();
  const { deletion } = edit;
  const count = deletion?.count ?? 0;
  const answers = answersRemoved(edit);
  const asksAnswers = !!edit.gate?.answersCountRequired;
  const [ticked, setTicked] = useState(false);
  const [typed, setTyped] = useState('');
  const [typedAnswers, setTypedAnswers] = useState('');
  const [missing, setMissing] = useState(NOTHING_MISSING);
  const box = useRef<HTMLInputElement>(null);
  const number = useRef<HTMLInputElement>(null);
  const answersNumber = useRef<HTMLInputElement>(null);
  const action = useAction(onAnswered);
  const notice = noticeOf(page, edit, action.refusal, past);

  useEffect(() => {
    // Another administrator or the clock was faster. The page shows the new state; the dialog says why no answer is
    // possible.
    if (action.refusal) onRefresh();
  }, [action.refusal]);
  useEffect(() => {
    if (notice && action.refusal === null) announce(notice.sentence);
  }, [notice?.sentence]);

  useEffect(() => {
    // The message has just moved the focused element down, below the buttons.
    if (Object.values(missing).some(Boolean)) document.activeElement?.scrollIntoView({ block: 'nearest' });
  }, [missing]);

  const answer = (path: string, body?: unknown) => {
    if (!notice?.final) void action.post(path, body);
  };
  const decide = (decision: 'approve' | 'skip_deletions', needed: Pick<Missing, 'box' | 'number'>) => {
    const wrong: Missing = { ...needed, answers: asksAnswers && !isTyped(typedAnswers, answers) };
    setMissing(wrong);
    if (wrong.box) box.current?.focus();
    else if (wrong.number) number.current?.focus();
    else if (wrong.answers) answersNumber.current?.focus();
    else
      answer(edit.links.approval, {
        decision,
        listDigest: deletion?.listDigest,
        ...(decision === 'approve' ? { acknowledged: true } : {}),
        ...(decision === 'approve' && deletion?.countRequired ? { count } : {}),
        ...(asksAnswers ? { answersCount: answers } : {}),
      });
  };
  const approve = () =>
    decide('approve', {
      box: count > 0 && !ticked,
      number: !!deletion?.countRequired && !isTyped(typed, count),
    });
  const skip = () => decide('skip_deletions', NOTHING_MISSING);
  const changes = edit.counts.created + edit.counts.updated > 0;
  const off = action.busy || !!notice?.final;

  return (
    <Modal heading={questionOf(page, edit)} closeAs={notice?.final ? words.close : text.later} onClose={onClose}>
      {!notice?.final && (
        <>
          <p>
            <strong>{text.nothing}</strong>
          </p>
          <GateConsequences edit={edit} groups={groups} />
        </>
      )}
      {count > 0 && (
        <p>
          <MissingUsersLink edit={edit} />
        </p>
      )}
      {count > 0 && (
        <div class={missing.box ? 'field wrong' : 'field'}>
          {missing.box && (
            <p class="field-error" id={`${id}-box-error`} role="alert">
              {text.checkedMissing}
            </p>
          )}
          <div class="check">
            <input
              ref={box}
              type="checkbox"
              id={`${id}-box`}
              checked={ticked}
              aria-invalid={missing.box}
              aria-describedby={missing.box ? `${id}-box-error` : undefined}
              onChange={(event) => {
                setTicked(event.currentTarget.checked);
                setMissing((before) => ({ ...before, box: false }));
              }}
            />
            <label for={`${id}-box`}>{text.checked(count)}</label>
          </div>
        </div>
      )}
      {deletion?.countRequired && (
        <TypedNumber
          number={count}
          label={text.type(count)}
          hint={text.typeWhy}
          typed={typed}
          wrong={missing.number}
          input={number}
          onTyped={(text) => {
            setTyped(text);
            setMissing((before) => ({ ...before, number: false }));
          }}
        />
      )}
      {asksAnswers && (
        <TypedNumber
          number={answers}
          label={words.why.typeAnswers(answers)}
          hint={words.why.typeAnswersWhy}
          typed={typedAnswers}
          wrong={missing.answers}
          input={answersNumber}
          onTyped={(text) => {
            setTypedAnswers(text);
            setMissing((before) => ({ ...before, answers: false }));
          }}
        />
      )}
      <div class="answer">
        {notice && (
          <p class="notice" role={action.refusal ? 'alert' : undefined}>
            <Text of={notice.sentence} />
          </p>
        )}
        <div class="actions">
          <button type="button" aria-disabled={off} onClick={() => answer(edit.links.cancellation)}>
            {text.cancel}
          </button>
          {count > 0 && changes && (
            <button type="button" aria-disabled={off} onClick={skip}>
              {text.skip}
            </button>
          )}
          <button type="button" class={count > 0 ? 'danger' : 'primary'} aria-disabled={off} onClick={approve}>
            {count > 0 ? text.approve(count) : text.apply}
          </button>
        </div>
      </div>
    </Modal>
  );
}

/** How many answers would be removed from reports. */
function answersRemoved({ gate }: MassEdit): number {
  for (const one of gate?.reasons ?? []) if (one.reason === 'answers_removed') return one.answers;
  return 0;
}

/** Why an answer is not possible. @returns `final` if no answer is possible any more */
function noticeOf(
  page: PageContext,
  edit: MassEdit,
  refusal: Refusal | null,
  past: boolean,
): { sentence: string; final: boolean } | null {
  const { words } = page;
  const text = words.prompt;
  if (edit.decision === 'expire' || edit.outcome === 'expired') return { sentence: text.expired, final: true };
  if (edit.decision !== null || edit.state !== 'awaiting_approval' || refusal?.code === 'not_awaiting_approval') {
    const who = deciderOf(edit);
    return { sentence: who ? text.answeredBy(who) : text.answered, final: true };
  }
  if (past) return { sentence: text.expired, final: true };
  if (refusal === null) return null;
  switch (refusal.code) {
    case 'unauthenticated':
      return null;
    case 'list_changed':
      return { sentence: text.changed, final: false };
    case 'second_person_required': {
      const sentence = refusal.more.because === 'uploader' ? text.second : text.noSecond;
      return { sentence: sentence(starterOf(page, edit)), final: false };
    }
    case 'unreachable':
      return { sentence: words.noAnswer, final: false };
    default:
      return { sentence: words.refused(plain(refusal.message)), final: false };
  }
}
