import { Key } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { setSingleKeys, shortcutHelp, useSingleKeys } from './shortcuts.ts';

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const on = useSingleKeys();
  return (
    <Dialog title="Keyboard" onClose={onClose} className="max-w-md">
      <div className="overflow-y-auto">
        <dl className="space-y-2 p-5 text-sm">
          {shortcutHelp.map(({ keys, what }) => (
            <div key={what} className="flex items-center gap-4">
              <dt className="order-2 ml-auto flex gap-1">
                {keys.map((key) => (
                  <Key key={key}>{key}</Key>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <label className="flex items-center gap-2.5 border-line border-t px-5 py-3 text-sm">
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => setSingleKeys(event.target.checked)}
            className="size-4 accent-accent"
          />
          Single keys work outside of text fields
        </label>
      </div>
    </Dialog>
  );
}
