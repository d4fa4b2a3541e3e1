export { InternetSettings } from './config.ts';
export { type Internet, openInternet } from './open.ts';
export { createInternetServer, instructions } from './server.ts';
export { tools } from './tools/index.ts';
