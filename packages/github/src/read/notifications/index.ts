export { type NotificationsAnswer, readNotifications } from './notifications.ts';
