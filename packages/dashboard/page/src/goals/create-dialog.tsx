import { type FormEvent, useId, useState } from 'react';
import { useLocation } from 'wouter';
import type { Priority } from '../../../src/contract.ts';
import { useChanges } from '../api/changes.ts';
import { messageOf } from '../api/client.ts';
import { Button, Key } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Given } from '../parts/given.tsx';
import { priorities } from '../parts/status-mark.tsx';
import { Field } from './field.tsx';
import { hrefOf } from './item.ts';

interface CreateDialogProps {
  under?: { id: string; title: string; parentTaskId?: string | undefined } | undefined;
  onClose: () => void;
}

/** A goal, or a task of a goal. */
export function CreateDialog({ under, onClose }: CreateDialogProps) {
  const { createGoal, createTasks } = useChanges();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const errorId = useId();
  // Sent twice, by a second press or a lost answer, it is made once.
  const [key] = useState(
    () => `page-${Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-')}`,
  );

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const facts = {
      title: text('title'),
      priority: text('priority') as Priority,
      ...(text('description') !== '' && { description: text('description') }),
      ...(text('due_at') !== '' && { due_at: text('due_at') }),
      ...(text('tags') !== '' && {
        tags: text('tags')
          .split(',')
          .map((tag) => tag.trim())
          .filter((tag) => tag !== ''),
      }),
    };
    setBusy(true);
    try {
      if (under) {
        const parent = under.parentTaskId === undefined ? {} : { parent_task_id: under.parentTaskId };
        await createTasks(under.id, { ...parent, tasks: [facts], idempotency_key: key });
      } else {
        const project = text('project') === '' ? {} : { project: text('project') };
        const { goal } = await createGoal({ ...facts, ...project, idempotency_key: key });
        navigate(hrefOf(goal.id));
      }
      onClose();
    } catch (refusal) {
      setBusy(false);
      setError(messageOf(refusal));
    }
  };

  return (
    <Dialog title={under ? 'New task' : 'New goal'} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className="overflow-y-auto">
        <div className="space-y-4 p-5">
          {under && (
            <p className="wrap-anywhere text-soft text-sm">
              {under.parentTaskId === undefined ? 'In' : `Under ${under.parentTaskId}, in`} {under.id}{' '}
              <Given text={under.title} />
            </p>
          )}
          <Field label="Title">
            <input name="title" required maxLength={200} data-focus autoComplete="off" className="field" />
          </Field>
          <Field label="Description">
            <textarea name="description" rows={3} className="field" />
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Priority">
              <select name="priority" defaultValue="medium" className="field">
                {priorities.map((priority) => (
                  <option key={priority}>{priority}</option>
                ))}
              </select>
            </Field>
            <Field label="Due">
              <input name="due_at" type="date" className="field" />
            </Field>
            <Field label="Tags" hint="separated by commas">
              <input name="tags" autoComplete="off" className="field" />
            </Field>
            {!under && (
              <Field label="Project">
                <input name="project" maxLength={64} placeholder="default" autoComplete="off" className="field" />
              </Field>
            )}
          </div>
          <p id={errorId} role="alert" className="text-bad text-sm empty:hidden">
            {error}
          </p>
        </div>
        <footer className="flex items-center justify-end gap-2 border-line border-t px-5 py-3">
          <span className="mr-auto hidden text-faint text-xs sm:inline">
            <Key>Enter</Key> in the title creates it
          </span>
          <Button look="quiet" onClick={onClose}>
            Close
          </Button>
          <Button look="primary" type="submit" disabled={busy}>
            {under ? 'Create task' : 'Create goal'}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
