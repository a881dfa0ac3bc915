import { startTestServers } from './servers.ts';

export default startTestServers;
