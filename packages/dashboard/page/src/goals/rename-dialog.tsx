import { type ReactNode, useState } from 'react';
import { useDraft } from '../api/drafts.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useActions } from './actions.tsx';
import { Field } from './field.tsx';
import type { Item } from './item.ts';

/** Editing a title from a list, where there is no room to do it in place. */
export function useRename(): [(item: Item) => void, ReactNode] {
  const [item, setItem] = useState<Item>();
  const { setText } = useActions();
  const kept = useDraft(item?.id ?? '', 'title');
  const close = (): void => setItem(undefined);
  const dialog = item && (
    <Dialog title={`Edit ${item.id}`} onClose={close}>
      <form
        className="space-y-4 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          const title = String(new FormData(event.currentTarget).get('title')).trim();
          close();
          if (title !== '' && title !== item.title) setText(item, 'title', title);
        }}
      >
        <Field label="Title">
          <input
            name="title"
            required
            maxLength={200}
            defaultValue={kept ?? item.title}
            data-focus
            autoComplete="off"
            className="field"
          />
        </Field>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={close}>
            Close
          </Button>
          <Button look="primary" type="submit">
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
  return [setItem, dialog];
}
