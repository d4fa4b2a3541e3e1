export { changeWatch, markAllRead, type NotificationsWritten } from './inbox.ts';
export { changeThread, threadActions } from './threads.ts';
